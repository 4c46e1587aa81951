"""Decides whether the model that was trained is good enough."""
from features import feature_names

MIN_ACCURACY = 0.9


def handler(event, context):
    return {
        "features": feature_names(),
        "accepted": event["accuracy"] >= MIN_ACCURACY,
    }
