"""The class: what a learner did is kept, handed in if they like, and collected by the teacher. Nothing leaves the machine.

| to change                                              | look in      |
|--------------------------------------------------------|--------------|
| what is kept of a learner's work, `start_afresh()`     | `record.py`  |
| the small file that `hand_in()` writes                 | `hand_in.py` |
| a learner's own copy of a notebook                     | `copies.py`  |
| which cells answer an exercise, and what they need     | `cells.py`   |
| which files in a folder are whose                      | `papers.py`  |
| what is not run at all                                 | `gate.py`    |
| how one answer is judged                               | `judge.py`   |
| what it cannot do meanwhile                            | `limits.py`  |
| in which order, how many at once, going on after a stop | `collect.py` |
| marks.csv, class.png, class.html                       | `report.py`  |
| instructions for an AI assistant as a tutor            | `tutor.py`   |
"""
