"""Demo data and the test bed: a vendor, its customers and some months of their tickets, told in ``content/``."""
