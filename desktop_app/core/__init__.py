"""Ids, clock, periods, problems, errors and message catalogues; knows no register."""
