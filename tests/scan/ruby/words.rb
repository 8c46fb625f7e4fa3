def f(cmd, x)
  cmd += %W(-nodefaults -fsdev proxy,id=f -runas nobody)
end
