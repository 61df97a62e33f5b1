import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { writeTree } from '../kit/file-tree.ts'
import { runSlipway } from '../kit/slipway.ts'

const root = mkdtempSync(path.join(tmpdir(), 'slipway-check-bake-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const bake = `variable "BASE" { default = "alpine:latest" }
group "default" { targets = ["web", "tool"] }
target "_base" { args = { BASE = BASE } }
target "web" {
  inherits = ["_base"]
  context  = "web"
}
target "tool" {
  dockerfile-inline = <<-EOT
    FROM alpine:3.22
    USER 1
    CMD run $\${HOME}
  EOT
}
`
writeTree(root, {
  'bake/docker-bake.hcl': bake,
  'bake/docker-bake.override.hcl': 'target "gone" { context = "nowhere" }',
  'bake/web/Dockerfile': 'ARG BASE=alpine:3.22\nFROM ${BASE}\nUSER 1\nCMD ["x"]\n',
  'compose/compose.yaml':
    'services:\n  a:\n    build:\n      dockerfile_inline: |\n        FROM alpine:3.22\n\n        USER 1\n        CMD a b\n',
  'broken/docker-bake.hcl': 'target "default" {\n  tags = [nme]\n}\n',
})

const rules = ['--rule=shell-form-cmd', '--rule=unpinned-base']

function check(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return runSlipway(['check', ...args], { root: path.join(root, 'store'), cwd: path.join(root, cwd), env })
}

async function foundIn(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { stdout, code } = await check(cwd, [...rules, '--format=json', ...args], env)
  const { findings, errors } = JSON.parse(stdout) as {
    readonly findings: readonly {
      readonly rule: string
      readonly file: string
      readonly line: number
      readonly column: number
    }[]
    readonly errors: readonly { readonly message: string }[]
  }
  return {
    findings: findings.map(({ rule, file, line, column }) => `${file}:${line}:${column} ${rule}`).sort(),
    errors: errors.map(({ message }) => message),
    code,
  }
}

describe('slipway check of bake files', () => {
  const whole = {
    findings: ['docker-bake.hcl:12:5 shell-form-cmd', 'web/Dockerfile:2:1 unpinned-base'],
    errors: ['there is no nowhere/Dockerfile'],
    code: 2,
  }

  test('finds Dockerfiles with their args, those in the file with its lines, and what overrides add', async () => {
    expect(await foundIn('bake', ['docker-bake.hcl'])).toEqual(whole)
    expect(await foundIn('bake', ['-r', '.'])).toEqual(whole)
  })

  test('takes variables from the environment', async () => {
    const { findings } = await foundIn('bake', ['docker-bake.hcl'], { BASE: 'alpine:3.22' })
    expect(findings).toEqual(['docker-bake.hcl:12:5 shell-form-cmd'])
  })

  test('shows the lines of compose files for the Dockerfiles in them', async () => {
    expect(await foundIn('compose', ['compose.yaml'])).toEqual({
      findings: ['compose.yaml:8:9 shell-form-cmd'],
      errors: [],
      code: 1,
    })
  })

  test('shows the place of a mistake in the file', async () => {
    const { stdout, stderr, code } = await check('broken', ['docker-bake.hcl'])
    expect(stdout + stderr).toContain('docker-bake.hcl:2:11\n')
    expect(stdout + stderr).toContain('there is no variable nme')
    expect(code).toBe(2)
  })

  test('leaves Dockerfiles in other files alone when it repairs', async () => {
    const options = { root: path.join(root, 'store'), cwd: path.join(root, 'compose') }
    const { stdout } = await runSlipway(['fix', 'compose.yaml'], options)
    expect(stdout).not.toContain('@@')
  })
})
