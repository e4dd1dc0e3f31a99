"""How allauth's sign-in follows the rules of this portal."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """allauth's behaviour, bounded by our guessing limits."""
