"""The benchmark (`make bench`): makes a million tickets, loads the real server, prints how its pages compare."""
