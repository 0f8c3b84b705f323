"""Which documents are worth working with: rules, personal data, ratings and scores."""
