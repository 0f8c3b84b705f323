"""Copies and near-copies among texts."""
