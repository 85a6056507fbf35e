"""What real missions teach: delays with their spread, by censored maximum likelihood with a level per mission.

`censored` holds what was observed, `laws` the families of delays, `levels` the estimator, `choosing` picks a
law by its fit out of sample; `lessons` turns tables of missions into observations, `learned` into numbers, and
`table` writes the file that scenarios extend.
"""
