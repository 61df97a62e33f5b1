import { describe, expect, test } from 'vitest'
import { SlipwayError } from '../core/index.ts'
import { renderTemplate } from './go-template.ts'

const image = {
  Id: 'sha256:abc',
  Size: 1234,
  RepoTags: ['app:1', 'app:2'],
  Created: '2024-01-01T00:00:00Z',
  Config: { Env: ['A=1', 'B=<2>'], Labels: { b: '2', a: '1' }, Cmd: null, User: '', ExposedPorts: { '80/tcp': {} } },
  RootFS: { Layers: ['x', 'y', 'z'] },
}
const render = (template: string) =>
  renderTemplate(template, image, { maps: ['Labels', 'ExposedPorts'], optional: ['Healthcheck'] })

describe('renderTemplate', () => {
  test.each([
    ['{{.Size}}', '1234'],
    ['{{ .Config.Env }}', '[A=1 B=<2>]'],
    ['{{json .Config.Env}}', '["A=1","B=\\u003c2\\u003e"]'],
    ['{{json .}}', JSON.stringify(image).replaceAll('<', '\\u003c').replaceAll('>', '\\u003e')],
    ['{{.Config.Labels}}', 'map[a:1 b:2]'],
    ['{{index .Config.Labels "a"}}', '1'],
    ['{{.Config.Labels.a}}', '1'],
    ['{{.Config.Labels.none}}', '<no value>'],
    ['{{index .Config.Labels "none"}}', '<no value>'],
    ['{{index .RepoTags 1}}', 'app:2'],
    ['{{len .RootFS.Layers}}', '3'],
    ['{{join .RepoTags ", "}}', 'app:1, app:2'],
    ['{{range .RepoTags}}{{.}};{{end}}', 'app:1;app:2;'],
    ['{{range $i, $tag := .RepoTags}}{{$i}}={{$tag}} {{end}}', '0=app:1 1=app:2 '],
    ['{{range $k, $v := .Config.Labels}}{{$k}}{{$v}}{{end}}', 'a1b2'],
    ['{{range $p, $_ := .Config.ExposedPorts}}{{$p}}{{end}}', '80/tcp'],
    ['{{range .Config.Cmd}}x{{else}}none{{end}}', 'none'],
    ['{{range .RepoTags}}{{$.Size}}{{break}}{{end}}', '1234'],
    ['{{range .RepoTags}}{{if eq . "app:1"}}{{continue}}{{end}}{{.}}{{end}}', 'app:2'],
    ['{{if .Config.User}}{{.Config.User}}{{else}}root{{end}}', 'root'],
    ['{{if .Config.Healthcheck}}yes{{else if gt .Size 1000}}big{{else}}small{{end}}', 'big'],
    ['{{with .Config}}{{len .Env}}{{end}}', '2'],
    ['{{.Id | upper | printf "%s!"}}', 'SHA256:ABC!'],
    ['{{(index .RepoTags 0) | lower}} {{len (index .RepoTags 0)}}', 'app:1 5'],
    ['{{$x := .Size}}{{$x}}{{$x = 2}}{{$x}}', '12342'],
    ['{{println .Size .Id}}', '1234 sha256:abc\n'],
    ['{{printf "%-6s|%4d|%q|%.1f" "ab" 12 "c" 1.25}}', 'ab    |  12|"c"|1.3'],
    ['a {{- " b " -}} c', 'a b c'],
    ['{{/* nothing */}}x', 'x'],
    ['{{"}}"}}{{`raw\\n`}}', '}}raw\\n'],
    ['{{and .Size .Config.User}}{{or .Config.User "root"}}{{not true}}', 'rootfalse'],
    ['{{split "a,b" ","}} {{title "ab cd"}} {{truncate "abcdef" 3}} {{slice "abcdef" 1 3}}', '[a b] Ab Cd abc bc'],
    ['{{eq .Size 1 1234}} {{ne .Id "x"}} {{lt 1 2}} {{ge "b" "a"}}', 'true true true true'],
    ['plain', 'plain'],
  ])('renders %s', (template, expected) => {
    expect(render(template)).toBe(expected)
  })

  test.each([
    ['{{.Sise}}', /no field \.Sise/, /did you mean Size\?/],
    ['{{.Size', /not closed/, /needs a }}/],
    ['{{if .Size}}x', /\{\{if}} has no \{\{end}}/, undefined],
    ['{{end}}', /without a block/, undefined],
    ['{{jsn .}}', /no function jsn/, /json/],
    ['{{.Size.Nope}}', /1234 has no field Nope/, undefined],
    ['{{index .RepoTags 5}}', /index 5 is outside a list of 2/, undefined],
    ['{{$y}}', /\$y is not declared/, undefined],
    ['{{template "x"}}', /outside the part/, undefined],
    ['{{range .Size}}{{end}}', /cannot go over number/, undefined],
    ['{{}}', /empty/, undefined],
    ['{{ # }}', /unexpected "#"/, undefined],
    ['{{eq 1 "1"}}', /cannot compare/, undefined],
  ])('explains what is wrong with %s', (template, message, hint) => {
    const failure = catchError(() => render(template))
    expect(failure.code).toBe('usage')
    expect(failure.message).toMatch(message)
    if (hint !== undefined) expect(failure.hint).toMatch(hint)
  })
})

function catchError(action: () => unknown): SlipwayError {
  try {
    action()
  } catch (error) {
    if (error instanceof SlipwayError) return error
  }
  throw new Error('nothing was thrown')
}
