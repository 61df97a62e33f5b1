import { describe, expect, test } from 'vitest'
import { projectOf } from '../../../test/kit/project-of.ts'

const mod = 'module example.com/svc\n\ngo 1.24.1\n'
const usesOf = (...sources: readonly string[]) => {
  const files = Object.fromEntries(sources.map((text, index) => [`f${index}.go`, `package main\n\n${text}\n`]))
  const [found] = projectOf({ 'go.mod': mod, ...files }).go
  return [
    found?.usesCgo && 'cgo',
    found?.usesNet && 'net',
    found?.usesTls && 'tls',
    found?.needsZones && 'zones',
    found?.usesTemporary && 'tmp',
  ].filter(Boolean)
}

describe('a module of Go', () => {
  test('is read with what it requires', () => {
    const text = `${mod}\nrequire github.com/a/b v1.0.0\nrequire (\n\tgithub.com/c/d/v2 v2.0.0 // indirect\n)\nexclude github.com/x/y v1.0.0\n`
    expect(projectOf({ 'api/go.mod': text, 'api/go.sum': '' }).go[0]).toMatchObject({
      directory: 'api',
      goVersion: '1.24.1',
      requires: ['github.com/c/d/v2', 'github.com/a/b'],
      hasSum: true,
    })
  })

  test.each([
    ['import "fmt"', []],
    ['import "net/http"\nfunc main() { http.ListenAndServe(":80", nil) }', ['net']],
    ['import "net/url"', []],
    ['import "time"\nvar z, _ = time.LoadLocation("Europe/Berlin")', ['zones']],
    ['import "time"\nfunc f(name string) { time.LoadLocation(name) }', ['zones']],
    ['import (\n\t"time"\n\t_ "time/tzdata"\n)\nvar z, _ = time.LoadLocation("Europe/Berlin")', []],
    ['import "time"\nvar z, _ = time.LoadLocation("UTC")\n// time.LoadLocation("Europe/Berlin")', []],
    ['import "os"\nfunc f() { os.CreateTemp("", "upload-*") }', ['tmp']],
    ['import "os"\nfunc f() { os.MkdirTemp("", "work") }', ['tmp']],
    ['import "os"\nvar d = os.TempDir()', ['tmp']],
    ['import "io/ioutil"\nfunc f() { ioutil.TempFile("", "x") }', ['tmp']],
    ['import "os"\nfunc f() { os.CreateTemp("/data", "upload-*") }', []],
    ['import "os/user"', ['net']],
    ['// #include <stdio.h>\nimport "C"', ['cgo']],
    ['import (\n\t"fmt"\n\t_ "github.com/mattn/go-sqlite3"\n)', ['cgo']],
    ['import k "github.com/confluentinc/confluent-kafka-go/v2/kafka"', ['cgo']],
    ['import "net/http"\nfunc f() { http.Get("https://api.example.com") }', ['net', 'tls']],
    ['import "net/http"\nconst u = "https://api.example.com"\nvar c = &http.Client{}', ['net', 'tls']],
    [
      'import "net/http"\nfunc f() { http.Get("http://localhost/health") }\nconst docs = "https://example.com"',
      ['net'],
    ],
    ['import "net/http"\n// https://example.com\nfunc f() { http.Get(os.Getenv("URL")) }', ['net']],
    [
      'import "net/http"\nconst origin = "https://app.example.com"\nfunc main() { http.ListenAndServe(":80", nil) }',
      ['net'],
    ],
    ['import "crypto/tls"\nfunc f() { tls.Dial("tcp", a, nil) }', ['net', 'tls']],
    ['import "crypto/tls"\nfunc f() { tls.Dial("tcp", a, &tls.Config{RootCAs: own}) }', ['net']],
    ['import "crypto/tls"\nvar server = &tls.Config{Certificates: c}', ['net']],
    ['import "github.com/aws/aws-sdk-go-v2/service/s3"', ['net', 'tls']],
    ['import "github.com/stripe/stripe-go/v81"', ['net', 'tls']],
    ['import "github.com/aws/aws-sdk-go-v2/service/s3"\nimport _ "golang.org/x/crypto/x509roots/fallback"', ['net']],
    [
      'import "github.com/gorilla/websocket"\nfunc f() { d.Dial("wss://stream.example.com/feed", nil) }',
      ['net', 'tls'],
    ],
    [
      'import "github.com/gorilla/websocket"\nvar u websocket.Upgrader\nconst origin = "https://app.example.com"',
      ['net'],
    ],
    ['import "github.com/go-resty/resty/v2"\nfunc f() { c.R().Get("https://api.example.com") }', ['net', 'tls']],
    ['import "net/smtp"\nfunc f() { c.StartTLS(cfg) }', ['net', 'tls']],
    ['/* import "C" */\nconst x = `import "C"`', []],
  ])('uses what its files import: %j', (text, uses) => {
    expect(usesOf(text)).toEqual(uses)
  })

  test('gathers over its files', () => {
    expect(usesOf('import "net/http"\nvar c = http.DefaultClient', 'const u = "https://api.example.com"')).toEqual([
      'net',
      'tls',
    ])
  })

  test.each([
    ['main_test.go', 'package main\nimport "C"\n'],
    ['vendor/x/x.go', 'package x\nimport "C"\n'],
    ['testdata/x.go', 'package x\nimport "C"\n'],
    ['x_windows.go', 'package main\nimport "C"\n'],
    ['x_darwin_arm64.go', 'package main\nimport "C"\n'],
    ['x.go', '//go:build ignore\n\npackage main\nimport "C"\n'],
    ['x.go', '//go:build windows || (darwin && cgo)\n\npackage main\nimport "C"\n'],
    ['x.go', '//go:build !linux\n\npackage main\nimport "C"\n'],
    ['sub/go.mod', mod],
    ['sub/x.go', 'package x\n'],
  ])('does not look at %s: %j', (path, text) => {
    expect(projectOf({ 'go.mod': mod, [path]: text }).go[0]?.usesCgo).toBe(false)
  })

  test('does not look into another module', () => {
    const { go } = projectOf({ 'go.mod': mod, 'sub/go.mod': mod, 'sub/x.go': 'package x\nimport "C"\n' })
    expect(go.map(({ directory, usesCgo }) => [directory, usesCgo])).toEqual([
      ['', false],
      ['sub', true],
    ])
  })

  test('takes files that a build on Linux with cgo takes', () => {
    const text = '//go:build linux && (cgo || !amd64) && go1.21\n\npackage main\nimport "C"\n'
    expect(projectOf({ 'go.mod': mod, 'x_linux.go': text }).go[0]?.usesCgo).toBe(true)
  })
})
