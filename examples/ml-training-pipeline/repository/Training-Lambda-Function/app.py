"""Submits a hyperparameter tuning job for the features that the Glue job has prepared."""
from features import feature_names

LEARNING_RATES = (0.01, 0.1)


def handler(event, context):
    return {
        "job": f"tuning-{event['executionName']}",
        "features": feature_names(),
        "learningRates": list(LEARNING_RATES),
    }
