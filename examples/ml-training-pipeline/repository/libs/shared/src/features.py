# The features that training and evaluation agree on.
FEATURES = ("age", "balance", "tenure")


def feature_names():
    # A copy, so that no caller changes the order for another.
    return list(FEATURES)
