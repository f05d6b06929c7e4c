"""Why a record of a file was refused, in words that help to mend it and repeat no value of it."""

from pydantic import ValidationError


def reason_of(error: ValidationError) -> str:
    """Say which fields do not fit, and what would."""
    details = error.errors(include_url=False, include_input=False, include_context=False)
    return "; ".join(f"{'.'.join(map(str, each['loc'])) or 'notice'}: {each['msg']}" for each in details)
