def normalise(row):
    total = sum(row)
    return [value / total for value in row]
