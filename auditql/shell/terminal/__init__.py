"""The shell on a terminal: keys go in, a screen comes out.

The one package that loads prompt-toolkit, and only where a shell starts. What a text
means, what may stand in it and what comes of it are the business of `live`,
`completion` and `session`; here they meet a person.
"""
