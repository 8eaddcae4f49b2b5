"""Which messages are an unhappy customer's: charts, alerts, filters, lists and review all mean these.

A mood goes from -1, surely unhappy, to 1, surely not. Training puts the border between the two at 0
(decision 39), and what a release's report says of moods is measured there. How happy somebody is, it does
not say.
"""

UNHAPPY_BELOW = 0.0
ANGRY_UP_TO = -0.75  # the surest; shown as angry
