/** What a browser shows that is not let in: what happened and what to do, as a page that needs nothing beside it. */
import { createHash } from 'node:crypto'

export interface Refusal {
  readonly status: 401 | 403 | 429
  readonly heading: string
  readonly happened: string
  readonly toDo: string
}

const newLink = 'Press Enter in the terminal where the workbench runs: it prints a new link. If it has ended, start it again, and open the link that it prints then.'

export const refusals = {
  link: {
    status: 401,
    heading: 'This link opens nothing any more',
    happened: 'A link lets one browser in, once. This one was used already, is too old, is not complete, or is of a program that was started again since.',
    toDo: newLink,
  },
  stranger: {
    status: 401,
    heading: 'This page needs a new link',
    happened: 'The workbench that runs here does not know this browser: it was started again since the page was opened, or none of its links was opened here.',
    toDo: newLink,
  },
  elsewhere: { status: 403, heading: 'Another page opened this address', happened: 'The workbench is shown to nobody whom another page sends.', toDo: 'Copy the link into the address bar of a window of its own.' },
  locked: { status: 429, heading: 'No link is taken for now', happened: 'Too many wrong links were opened.', toDo: 'Wait a minute, and open the link again.' },
} as const satisfies Record<string, Refusal>

const style = `
:root { color-scheme: light dark; --ground: #f6f7f9; --surface: #fff; --line: #e1e4e9; --ink: #1a1e25; --soft: #4d5562; }
@media (prefers-color-scheme: dark) { :root { --ground: #14161a; --surface: #1a1d22; --line: #2c313a; --ink: #e8eaee; --soft: #b3b9c4; } }
body { display: grid; place-items: center; min-height: 100vh; margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', Ubuntu, Cantarell, sans-serif; }
main { box-sizing: border-box; width: min(520px, 100vw - 32px); padding: 24px; border: 1px solid var(--line); border-radius: 10px; background: var(--surface); }
h1 { margin: 4px 0 12px; font-size: 20px; line-height: 1.3; }
p { margin: 8px 0 0; text-wrap: pretty; }
.soft { margin: 0; color: var(--soft); }
`

/** Nothing but this one style sheet. */
export const refusalPolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

export function refusalPage({ heading, happened, toDo }: Refusal): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>RIDE Workbench: ${heading}</title>
<style>${style}</style>
</head>
<body>
<main>
<p class="soft">RIDE Workbench</p>
<h1>${heading}</h1>
<p>${happened}</p>
<p><strong>${toDo}</strong></p>
</main>
</body>
</html>
`
}

/** For who asks for no page. */
export const refusalText = ({ heading, happened, toDo }: Refusal): string => `${heading}. ${happened} ${toDo}`
