"""Measure any labelled set of messages with the code that trains a desk's classifier.

python -m training.benchmark --train FILE --test FILE    measures files of yours; --help lists the rest
python -m training.benchmark public --data FOLDER        measures the public sets, writes docs/benchmarks.md
"""
