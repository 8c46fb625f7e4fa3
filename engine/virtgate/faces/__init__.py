"""How answers look: to a person, and to a program."""
