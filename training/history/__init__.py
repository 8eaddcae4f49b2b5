"""A company's old dialogues → a desk.

python -m training.history import FILE … --into FOLDER   dialogues, or from a labelled source a whole desk
python -m training.history check DESK                    what is wrong with a desk's messages and labels
"""
