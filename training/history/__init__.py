"""A company's old dialogues → a desk.

python -m training.history import FILE … --into FOLDER   dialogues, or from a labelled source a whole desk
python -m training.history check DESK                    what is wrong with a desk's messages and labels
python -m training.history mine FOLDER           groups unlabelled dialogues by what customers ask: a draft
python -m training.history accept DRAFT --into DESK   what staff approved of a draft becomes a desk
"""
