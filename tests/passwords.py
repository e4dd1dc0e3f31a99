"""Argon2 as the portal uses it, with parameters that make it quick and weak."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class CheapHasher(Argon2PasswordHasher):
    time_cost = 1
    memory_cost = 8  # kibibytes: the least that argon2 takes
    parallelism = 1
