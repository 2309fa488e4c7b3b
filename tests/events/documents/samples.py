"""Pages in the archive's formats, made up for the tests."""

EVENT_PAGE = """\
### [2031-05-4](/news/2031/05/4/index.md)

# Lake District flood: The river Kent leaves its bed at Kendal; two bridges close.\x20

Rain fell for three days.

The army [helps](https://example.org/army) with sandbags.


### Source:

1. [Lakeland News](https://lakeland.example/flood)
2. The Courier: *Two bridges close*

### Related:

1. [Lake District flood: Schools close. ](/news/2031/05/3/schools-close.md) _Context: Lake District flood, Kendal_
2. [A bridge is built ](/news/1999/11/12/a-bridge-is-built.md) _Context: Kendal, Bridges, old and new_
"""

CHINESE_PAGE = """\
Formats: [HTML](/x.html) [JSON](/x.json)
### [2031-05-4](/news/2031/05/4/index.md)

##### 洪水
# 河水在肯德尔泛滥，两座桥关闭。\x20




### 信息来源:

1. [湖区报](https://lakeland.example/zh)

### 有关:

1. [学校关闭。](/zh/news/2031/05/3/学校关闭.md) _上下文: 洪水_
"""

DAY_PAGE = """\
## [2031-05-4](/news/2031/05/4/index.md)

##### Lake District flood
### [The river Kent leaves its bed at Kendal. ](/news/2031/05/4/the-river-kent.md)
Rain fell for three days.
_Context: Lake District flood, Kendal_

### [A comet is seen. ](/news/2031/05/4/a-comet-is-seen.md)
_Context: Comets_

## [Previous Day...](/news/2031/05/3/index.md)
"""
