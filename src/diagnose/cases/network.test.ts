import { describe, expect, test } from 'vitest'
import { explain, failedStep } from '../testing/failed-step.ts'
import { missedServer } from './network.ts'

// Lines as these programs print them; those of yarn, dnf, Java and npm 6 were written from knowledge, not captured.
const name = (host: string): string =>
  `the name ${host} could not be looked up\nsee whether this machine can: getent hosts ${host}\nbehind a proxy: set HTTP_PROXY and HTTPS_PROXY for slipway, or give them with --build-arg`

describe('a name that cannot be looked up', () => {
  test.each([
    ['curl', 'curl: (6) Could not resolve host: nosuch.invalid'],
    ['wget', "wget: unable to resolve host address 'nosuch.invalid'"],
    ['wget of busybox', "wget: bad address 'nosuch.invalid'"],
    ['git', "fatal: unable to access 'http://nosuch.invalid/x.git/': Could not resolve host: nosuch.invalid"],
    [
      'npm',
      'npm error code ENOTFOUND\nnpm error network request to http://nosuch.invalid/is-odd failed, reason: getaddrinfo ENOTFOUND nosuch.invalid\nnpm error network This is a problem related to network connectivity.\nnpm error A complete log of this run can be found in: /tmp/x.log',
    ],
    [
      'npm with a slow resolver',
      'npm ERR! request to https://nosuch.invalid/x failed, reason: getaddrinfo EAI_AGAIN nosuch.invalid',
    ],
    [
      'pip',
      "WARNING: Retrying (Retry(total=0)) after connection broken by 'NameResolutionError(\"<X>: HTTPSConnection(host='nosuch.invalid', port=443): Failed to resolve 'nosuch.invalid' ([Errno -3] Temporary failure in name resolution)\")': /simple/six/\nERROR: Could not find a version that satisfies the requirement six (from versions: none)\nERROR: No matching distribution found for six",
    ],
    [
      'go',
      'go: github.com/google/uuid@v1.6.0: Get "http://nosuch.invalid/github.com/google/uuid/@v/v1.6.0.mod": dial tcp: lookup nosuch.invalid on 10.0.0.2:53: no such host',
    ],
    [
      'cargo',
      '  failed to download from `http://nosuch.invalid/config.json`\n\nCaused by:\n  [6] Could not resolve hostname (Could not resolve host: nosuch.invalid)',
    ],
    [
      'apt',
      "E: Failed to fetch http://nosuch.invalid/debian/dists/x/InRelease  Temporary failure resolving 'nosuch.invalid'",
    ],
    [
      'apk',
      'WARNING: fetching https://nosuch.invalid/alpine/v3.20/main: DNS lookup error\nERROR: unable to select packages:\n  curl (no such package):\n    required by: world[curl]',
    ],
    ['java', 'Caused by: java.net.UnknownHostException: nosuch.invalid'],
  ])('is named, as %s says it', (_, output) => {
    expect(explain(output, { on: 'alpine' })).toBe(name('nosuch.invalid'))
  })

  test('stands above the error of apt-get install, because apt-get update does not fail', () => {
    const output =
      "W: Failed to fetch http://deb.debian.org/debian/dists/bookworm/InRelease  Temporary failure resolving 'deb.debian.org'\nW: Some index files failed to download. They have been ignored, or old ones used instead.\nReading package lists...\nE: Unable to locate package curl"
    expect(explain(output, { on: 'debian', exitCode: 100 })).toBe(name('deb.debian.org'))
  })

  test('cannot be otherwise without a network', () => {
    expect(explain('curl: (6) Could not resolve host: example.com', { network: 'none' })).toBe(
      'the step has no network (--network=none), and asked for example.com\nfetch it in an earlier step, or leave --network=none out',
    )
  })

  test('may be the fault of a proxy, whose password is not shown', () => {
    const env = ['HTTPS_PROXY=http://me:hunter2@proxy:3128']
    const said = explain('curl: (6) Could not resolve host: example.com', { env })
    expect(said).toMatch(/the step used a proxy \(HTTPS_PROXY\): it may be the one that fails$/)
    expect(said).not.toContain('hunter2')
  })
})

describe('a server that refuses connections', () => {
  test.each([
    ['curl', "curl: (7) Failed to connect to 10.1.2.3 port 9 after 0 ms: Couldn't connect to server"],
    ['wget', 'Connecting to 10.1.2.3:9... failed: Connection refused.'],
    [
      'git',
      "fatal: unable to access 'http://10.1.2.3:9/x.git/': Failed to connect to 10.1.2.3 port 9 after 0 ms: Couldn't connect to server",
    ],
    ['node', 'npm error network request to http://10.1.2.3:9/is-odd failed, reason: connect ECONNREFUSED 10.1.2.3:9'],
    ['go', 'go: x@v1: Get "http://10.1.2.3:9/x.mod": dial tcp 10.1.2.3:9: connect: connection refused'],
    [
      'apt',
      'W: Failed to fetch http://10.1.2.3:9/debian/dists/x/InRelease  Could not connect to 10.1.2.3:9 (10.1.2.3). - connect (111: Connection refused)',
    ],
  ])('is named with its port, as %s says it', (_, output) => {
    expect(explain(output)).toMatch(/^nothing accepts connections at 10\.1\.2\.3:9\nsee whether the service runs/)
  })

  test('is named without a port by busybox', () => {
    const said = explain("wget: can't connect to remote host (10.1.2.3): Connection refused")
    expect(said).toMatch(/^nothing accepts connections at 10\.1\.2\.3\n/)
  })

  test('is most likely not meant to be this machine', () => {
    expect(explain('Error: connect ECONNREFUSED 127.0.0.1:5432')).toMatch(/127\.0\.0\.1:5432\nin a step, localhost/)
  })
})

test.each([
  [
    'curl',
    'curl: (28) Failed to connect to example.com port 443 after 75000 ms: Timeout was reached',
    'example.com:443',
  ],
  ['npm', 'npm error code ETIMEDOUT', 'the server'],
  ['go', 'go: x@v1: Get "https://x": dial tcp 10.1.2.3:443: i/o timeout', '10.1.2.3:443'],
])('a server that does not answer is named, as %s says it', (_, output, server) => {
  expect(explain(output)?.split('\n')[0]).toBe(`${server} did not answer in time`)
})

test.each([
  ['curl', 'curl: (56) CONNECT tunnel failed, response 407'],
  ['older curl', 'curl: (22) The requested URL returned error: 407'],
  ['wget', 'Proxy tunneling failed: Proxy Authentication RequiredUnable to establish SSL connection.'],
  ['git', "fatal: unable to access 'https://example.com/x.git/': CONNECT tunnel failed, response 407"],
  ['npm', 'npm error 407 Proxy Authentication Required - GET https://example.com/is-odd'],
  ['go', 'go: x@v1.6.0: Get "https://proxy.golang.org/x.mod": Proxy Authentication Required'],
  ['cargo', '  [56] Failure when receiving data from the peer (CONNECT tunnel failed, response 407)'],
])('a proxy that wants a password is told from the server behind it, as %s says it', (_, output) => {
  expect(explain(output)).toMatch(/^the proxy wants a user name and a password \(407\)\n.*--build-arg HTTPS_PROXY=/)
})

describe('the status of an answer', () => {
  test.each([
    ['curl', 'curl: (22) The requested URL returned error: 403', 'the server answered 403'],
    ['wget', '2026-11-21 13:30:45 ERROR 403: Forbidden.', 'the server answered 403'],
    ['wget of busybox', 'wget: server returned error: HTTP/1.1 403 Forbidden', 'the server answered 403'],
    [
      'git',
      "fatal: unable to access 'http://me:hunter2@host:8080/x/': The requested URL returned error: 403",
      'host:8080 answered 403',
    ],
    [
      'npm',
      'npm error code E403\nnpm error 403 403 Forbidden - GET http://host:8080/403/is-odd\nnpm error 403 In most cases, you',
      'host:8080 answered 403',
    ],
    ['older npm', 'npm ERR! 403 403 Forbidden - GET http://host:8080/is-odd', 'host:8080 answered 403'],
    [
      'go',
      'go: u@v1.6.0: reading http://host:8080/u.mod: 403 Forbidden\n\tserver response: x',
      'host:8080 answered 403',
    ],
    [
      'cargo',
      '  failed to get successful HTTP response from `http://host:8080/config.json` (10.0.0.1), got 403\n  body:\n  x',
      'host:8080 answered 403',
    ],
    [
      'apt',
      'E: Failed to fetch http://host:8080/debian/x.deb  403  Forbidden [IP: 10.0.0.1 80]',
      'host:8080 answered 403',
    ],
  ])('403 speaks of credentials, as %s says it', (_, output, start) => {
    const said = explain(output)
    expect(said?.startsWith(`${start}: it wants other credentials`)).toBe(true)
    expect(said).toContain('RUN --mount=type=secret')
    expect(said).not.toContain('hunter2')
  })

  test.each([
    [404, 'there is nothing at this address'],
    [429, 'too many requests'],
    [503, "it is the server's trouble"],
  ])('%d is explained', (status, words) => {
    expect(explain(`npm error ${status} Whatever - GET https://registry.npmjs.org/x`)).toMatch(
      new RegExp(`^registry\\.npmjs\\.org answered ${status}: ${words}`),
    )
  })
})

test.each([
  ['a test that failed', 'FAIL src/http.test.ts\nexpected 403 to be 200'],
  [
    'trouble that was survived long before',
    `curl: (6) Could not resolve host: a.b\n${'compiling\n'.repeat(60)}error: type mismatch`,
  ],
  [
    'a version that does not exist',
    'ERROR: Could not find a version that satisfies the requirement six==99 (from versions: 1.0, 1.17.0)',
  ],
])('nothing is said about the network after %s', (_, output) => {
  expect(explain(output)).toBeUndefined()
})

describe('a server that was missed', () => {
  test.each([
    ['a name', 'Error: getaddrinfo ENOTFOUND db', true],
    ['a server that refuses', 'Error: connect ECONNREFUSED 127.0.0.1:5432\n    at TCPConnectWrap', true],
    ['an answer of a server', 'curl: (22) The requested URL returned error: 404', false],
    ['something else', "Error: Cannot find module '/app/server.js'", false],
    ['a name, long before the end', `curl: (6) Could not resolve host: a\n${'more\n'.repeat(50)}`, false],
  ])('is seen: %s', (_, output, missed) => {
    expect(missedServer(failedStep(output))).toBe(missed)
  })
})
