"""What the services of this room refuse, in words that a page can show."""


class AccountsError(Exception):
    """Its text is for the person who asked."""


class NotAllowed(AccountsError):
    """The role of the person who asked does not reach that far."""


class LastOwner(AccountsError):
    """A team always keeps an owner."""


class AlreadyMember(AccountsError):
    pass


class InvitationClosed(AccountsError):
    """Unknown, expired, used, revoked or no longer covered: the page says the same for all."""


class OtherAddress(AccountsError):
    """The invitation went to another address; joining needs an explicit yes."""
