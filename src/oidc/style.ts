/** How the pages look: one column, in the colours the reader prefers. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --back: #f3f5f8; --card: #fff; --text: #1c2430; --soft: #536074;
  --line: #8592a6; --main: #1559b3; --on-main: #fff; --bad: #b3261e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #12161c; --card: #1c222b; --text: #e8ecf2; --soft: #a9b4c4;
    --line: #6d7a8e; --main: #8ab8ff; --on-main: #0b1a30; --bad: #ff9d94;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; padding: 4vh 1rem 2rem; background: var(--back);
  color: var(--text); font: 1rem/1.5 system-ui, sans-serif;
}
main {
  max-width: 27rem; margin: 0 auto; padding: 1.75rem 2rem 2rem;
  background: var(--card); border-radius: .75rem;
  box-shadow: 0 1px 4px #0003;
}
h1 { margin: 0 0 .75rem; font-size: 1.5rem; line-height: 1.2; }
p, ul, dl { margin: 0 0 1rem; }
ul { padding-left: 1.25rem; }
dd { margin: 0 0 .75rem; }
code { overflow-wrap: anywhere; }
dd code { font-size: 1.15rem; user-select: all; }
label, legend { display: block; padding: 0; font-weight: 600; }
fieldset { margin: 0 0 1rem; padding: 0; border: 0; }
fieldset label { display: inline-block; margin-right: 1.25rem; font-weight: 400; }
.text {
  width: 100%; margin: .25rem 0 1rem; padding: .55rem .7rem;
  border: 1px solid var(--line); border-radius: .4rem;
  background: transparent; color: inherit; font: inherit;
}
.hint { color: var(--soft); }
.bad {
  padding-left: .75rem; border-left: .25rem solid var(--bad);
  color: var(--bad); font-weight: 600;
}
.buttons { display: flex; gap: .75rem; margin: 1.5rem 0 0; }
button {
  flex: 1; padding: .65rem; border: 1px solid var(--main);
  border-radius: .4rem; background: transparent; color: var(--main);
  font: inherit; font-weight: 600; cursor: pointer;
}
button[value="sign_in"] { background: var(--main); color: var(--on-main); }
:focus-visible { outline: 3px solid var(--main); outline-offset: 2px; }
`;
