"""The checks of each lesson's exercises and quizzes, one module per lesson."""
