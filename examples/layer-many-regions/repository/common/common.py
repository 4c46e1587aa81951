"""What all functions of the organization share."""


def greeting(name: str) -> str:
    return f"Hello, {name}"
