"""The benchmark: makes a million tickets, loads the real server with requests and prints how it compares (`make bench`)."""
