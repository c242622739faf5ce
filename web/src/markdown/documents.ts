/** Documents that are hard to render in pieces, by what they try. For tests. */
const F = "```";

export const documents: Readonly<Record<string, string>> = {
  empty: "",
  blank: "\n\n  \n",
  basic: `# T\n\npara **b** \`c\`\n\n- a\n- b\n\n${F}lua\nlocal x = 1\n\nif x then end\n${F}\n\nafter\n`,
  "loose lists": "- a\n- b\n\n- c\n\ntext\n\n1. x\n\n   y\n2. z\n",
  "nested lists":
    "- a\n  - b\n    1. c\n       - d\n\n         e\n  - f\n- g\n\n  h\n\n      code\n\nend",
  "list markers that change": "- a\n* b\n+ c\n1. d\n1) e\n2) f\n\n\n3) g\n",
  "list numbers that arrive late": "A sum:\n1\n2. not a list\n\n2. a list\n10. more\n",
  "empty items": "-\n- a\n-\n\n  b\n\n1.\n2. x\n",
  table: "| a | b |\n|---|--:|\n| 1 | 2 |\n| 3 | 4 |\n\nend\n",
  "table after a paragraph": `para\n| a | b |\n|---|---|\n| 1 | 2 |\n\npara2\n${F}\nq\n${F}\npara3\n# h\n- l\n\n\n- m\n`,
  "a delimiter row that turns into text":
    "para\n| a | b |\n|---|---| no table\nmore\n\nx | y\n---|---\n`a|b` | \\| c\n",
  "table with code and alignment": "|l|c|r|\n|:--|:-:|--:|\n|`x`|**y**|[z](u)|\nlazy\n\nend",
  "setext headings": "Title\n=====\n\npara\ncont\n---\n\nx\n\ntwo\nlines\n===\n- - -\nnot\n--- x\n",
  quote: `> q1\n> q2\nlazy\n\n> - n\n>   ${F}\n>   code\n>   ${F}\n\nz\n\n> a\n---\n> b\n\n> c\n`,
  "fence in a list": `1. a\n   ${F}lua\n   x = [[ long\n   ]]\n   ${F}\n2. b\n\nok\n`,
  "tilde fence": `~~~~\n${F}\nnot closed by backticks\n~~~\n~~~~\ndone\n`,
  "unclosed fence": `text\n\n${F}lua\nfor i=1,2 do\n  print(i)\n`,
  "unclosed fence that ends in blank lines": `${F}\ncode\n\n\n`,
  "unclosed fence without a line": `a\n\n${F}lua`,
  "fence closed at the very end": `x\n\n${F}\ncode\n${F}`,
  "backticks within a fence": `${F}\nfoo${F}\nbar\n${F}lua\n ${F}${F} \nz\n${F}\nend\n`,
  "indented fence": `  ${F}lua\n  local a\n    b\n\tc\n c\n  ${F}\nend\n   ~~~\n \t x\n~~~ ~\n    ~~~\n~~~~\n`,
  "empty fence": `${F}lua\n${F}\nx\n${F}\n\n${F}\n`,
  "fence with odd info": `${F} c++ \\& &amp; more\nint a;\n${F}\n${F}a\`b\nno fence\n`,
  "long lua": `${F}lua\n--[[ multi\nline ]] local a = [==[ x\n]==]\nprint("s")\n${F}\n${F}\nplain\n${F}\n`,
  "many lines of code": `${F}json\n${Array.from({ length: 130 }, (_, i) => `{"n": ${i}}`).join("\n")}\n${F}\nend`,
  "link definitions":
    "see [x] and [y][x]\n\nmore [z]\n\n[x]: https://example.com\n\nagain [x]\n\n[X]: https://other.example\n[z]: <a b> 'title'\n",
  "definition with a late title": "[a]\n\n[a]: /url\n'title\nmore'\n\n[b]: /u\n'no title\n\n[b]\n",
  "definition followed by text":
    '[a]: /url\ntext [a]\n\n[b]: /u "t" x\n[c]: /v\n# [c]\n[d]: /w\n- [d]\n',
  "definition that interrupts nothing": "para\n[a]: /url\n\n[a]\n\n> [q]: /quoted\n\n[q]\n",
  "html-ish text":
    "<div>\nhi **b**\n\n</div>\n\n<!-- x -->\n\na <b>c</b> & &lt; &#35; <https://x.y>\n\n<script>alert(1)</script>\n",
  "indented code": "para\n\n    code a\n\n    code b\n\n\n  \n    c\nend\n\n\ttab\n",
  rules: "a\n\n***\n\nb\n- - -\nc\n___\n** *x\n",
  escapes: "\\*no\\* & <b> &amp; https://x.y/z?a=b\n\n* [ ] task\n* [x] done\n",
  emphasis: "*a **b** c* _d_ ~~e~~ **f\ng** *h\n\ni* `code ``x`` y` ***j***\n",
  links:
    "[a](https://b.c 'd') ![img](https://e.f/g.png) [js](javascript:alert(1)) [rel](docs/a.md#b) [api](/api/run/stream?path=x) mailto:a@b.c\n",
  "hard breaks": "a  \nb\\\nc\n\n1) x\n\n\n1) y\n\n    z\n",
  emoji: "Fox 🦊, family 👨‍👩‍👧, flag 🇩🇪\n\n- 漢字\n- naïve é\n\n## 🦊 *tail*\n\nعربى\n",
  crlf: `# A\r\n\r\npara\r\nmore\r\n\r\n- x\r\n- y\r\n\r\n${F}lua\r\nlocal a\r\n\r\n${F}\r\nend\rlast\r`,
  "nul and odd spaces": "a\0b\u00a0c\u2028d\n\n\u3000x\n",
  headings: "# a #\n##b\n## c ##\n####### d\n#\n\n#\te\nf\n#g\n",
  "deep quotes and lists": "> > a\n> b\n>\n> - c\n>\n>   d\n> 1. e\n\n- > f\n  g\n\n  > h\n",
  unfinished: "# Title\n\nSome **bold and a [link](http://exa",
};
