module example.org/copier

go 1.19
