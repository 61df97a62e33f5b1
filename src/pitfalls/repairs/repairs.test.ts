import { describe, expect, it } from 'vitest'
import { pitfallFacts } from '../../../test/kit/pitfall-facts.ts'
import { allPitfalls } from '../all-pitfalls.ts'
import { applyEdits } from '../../editing/index.ts'

type Files = Readonly<Record<string, string | number>>

/** The Dockerfile as the first fix of a rule leaves it, and whether the rule is content then; undefined without a fix. */
function repaired(id: string, dockerfile: string, files: Files): { text: string; gone: boolean } | undefined {
  const rule = allPitfalls.find((one) => one.id === id)
  const hits = rule?.find(pitfallFacts(dockerfile, files)) ?? []
  expect(hits.length, 'there is something to repair').toBeGreaterThan(0)
  const fix = hits[0]?.fixes?.[0]
  if (rule === undefined || fix === undefined) return undefined
  const text = applyEdits(dockerfile, fix.edits)
  return { text, gone: rule.find(pitfallFacts(text, files)).length < hits.length }
}

const node: Files = {
  'package.json': '{"dependencies":{"a":"1"},"devDependencies":{"b":"1"},"scripts":{"build":"tsc"}}',
  'package-lock.json': '{"lockfileVersion":3,"packages":{}}',
  'src/a.js': 'a()\n',
}
const go: Files = {
  'go.mod': 'module a\ngo 1.24\nrequire b.test/b v1.0.0\n',
  'go.sum': 'x\n',
  'main.go': 'package main\n',
}
const python: Files = { 'requirements.txt': 'flask==3.0.0\n', 'app.py': 'x\n' }

const program: Files = {
  ...node,
  'server.js': 'x\n',
  'views/a.html': 'x\n',
  'tests/a.js': 'x\n',
  'server.test.js': 'x\n',
  'README.md': 'x\n',
  'compose.yaml': 'services: {}\n',
  '.github/workflows/a.yml': 'on: push\n',
  '.gitignore': 'x\n',
  '.git/HEAD': 'x\n',
  '.env': 'A=1\n',
  'debug.log': 'x\n',
}
const server: Files = { ...program, 'node_modules/a/a.js': 'x\n' }

function numbered(length: number, name: (at: number) => string): Files {
  return Object.fromEntries(Array.from({ length }, (_, at) => [name(at), 'x']))
}

describe('a fix', () => {
  it.each<[string, string, string, Files]>([
    [
      'copy-before-install',
      'FROM node:24\nWORKDIR /app\n# all of it\nCOPY --chown=node:node . .\nENV A=1\nRUN npm ci\nRUN npm run build\n',
      'FROM node:24\nWORKDIR /app\nCOPY --chown=node:node package.json package-lock.json ./\nENV A=1\nRUN npm ci\n# all of it\nCOPY --chown=node:node . .\nRUN npm run build\n',
      node,
    ],
    [
      'copy-before-install',
      'from node:24\nworkdir /app\ncopy . .\nrun --network=default npm ci && \\\n    npm run build\n',
      'from node:24\nworkdir /app\ncopy package.json package-lock.json ./\nrun --network=default npm ci\ncopy . .\nrun --network=default npm run build\n',
      node,
    ],
    [
      'copy-before-install',
      'FROM golang:1.24\r\nWORKDIR /src\r\nCOPY . /src\r\nRUN go build -o /app .\r\n',
      'FROM golang:1.24\r\nWORKDIR /src\r\nCOPY go.mod go.sum /src/\r\nRUN go mod download\r\nCOPY . /src\r\nRUN go build -o /app .\r\n',
      go,
    ],
    [
      'copy-before-install',
      'FROM python:3.13\nWORKDIR /app\nCOPY . .\nRUN pip install --no-cache-dir -r requirements.txt\nCMD ["python", "app.py"]\n',
      'FROM python:3.13\nWORKDIR /app\nCOPY requirements.txt ./\nRUN pip install --no-cache-dir -r requirements.txt\nCOPY . .\nCMD ["python", "app.py"]\n',
      python,
    ],
    [
      'root-user',
      'FROM node:24-slim\nCOPY a.js /\n# start\nCMD ["node", "/a.js"]\n',
      'FROM node:24-slim\nCOPY a.js /\nUSER node\n# start\nCMD ["node", "/a.js"]\n',
      {},
    ],
    [
      'root-user',
      'FROM alpine:3.22\nEXPOSE 80\nENTRYPOINT ["sleep", "9"]',
      'FROM alpine:3.22\nEXPOSE 80\nRUN adduser -D app\nUSER app\nENTRYPOINT ["sleep", "9"]',
      {},
    ],
    ['root-user', 'FROM scratch\nCOPY a /a\nCMD ["/a"]\n', 'FROM scratch\nCOPY a /a\nUSER 10001\nCMD ["/a"]\n', {}],
    [
      'root-user',
      'FROM debian:12\nRUN useradd web\nUSER web\nUSER root\nCMD ["a"]\n',
      'FROM debian:12\nRUN useradd web\nUSER web\nCMD ["a"]\n',
      {},
    ],
    [
      'user-created-unused',
      'FROM debian:12\nRUN useradd web\nCMD ["a"]\n',
      'FROM debian:12\nRUN useradd web\nUSER web\nCMD ["a"]\n',
      {},
    ],
    [
      'user-not-in-image',
      'FROM gcr.io/distroless/static-debian12\nUSER web\n',
      'FROM gcr.io/distroless/static-debian12\nUSER 65532\n',
      {},
    ],
    ['user-not-in-image', 'FROM alpine:3.22\nUSER web\n', 'FROM alpine:3.22\nRUN adduser -D web\nUSER web\n', {}],
    [
      'dev-dependencies-in-final',
      'FROM node:24\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY src src\nCMD ["node", "src/a.js"]\n',
      'FROM node:24\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci --omit=dev\nCOPY src src\nCMD ["node", "src/a.js"]\n',
      node,
    ],
    [
      'volatile-arg-early',
      'FROM node:24\nARG GIT_SHA\nLABEL rev=$GIT_SHA\nCOPY package*.json ./\nRUN npm ci\nCOPY src src\nRUN ./build $GIT_SHA\n',
      'FROM node:24\nCOPY package*.json ./\nRUN npm ci\nCOPY src src\nARG GIT_SHA\nLABEL rev=$GIT_SHA\nRUN ./build $GIT_SHA\n',
      node,
    ],
    [
      'cache-mount-missing',
      'FROM golang:1.24 AS b\nWORKDIR /src\nCOPY go.mod go.sum ./\nRUN go mod download\nCOPY . .\nRUN go build -o /a .\nFROM scratch\nCOPY --from=b /a /a\n',
      'FROM golang:1.24 AS b\nWORKDIR /src\nCOPY go.mod go.sum ./\nRUN --mount=type=cache,target=/go/pkg/mod go mod download\nCOPY . .\nRUN --mount=type=cache,target=/go/pkg/mod go build -o /a .\nFROM scratch\nCOPY --from=b /a /a\n',
      go,
    ],
    [
      'cache-mount-ineffective',
      'FROM node:24\nUSER node\nRUN --mount=type=cache,target=/root/.npm,uid=1000 npm ci\n',
      'FROM node:24\nUSER node\nRUN --mount=type=cache,target=/home/node/.npm,uid=1000 npm ci\n',
      {},
    ],
    [
      'cache-mount-ineffective',
      'FROM python:3.13\nRUN --mount=type=cache,target=/root/.cache/pip pip install --no-cache-dir -r r.txt\n',
      'FROM python:3.13\nRUN --mount=type=cache,target=/root/.cache/pip pip install -r r.txt\n',
      {},
    ],
    [
      'cache-mount-ineffective',
      'FROM node:24\nRUN --mount=type=cache,target=/root/.npm npm ci && npm cache clean --force\n',
      'FROM node:24\nRUN --mount=type=cache,target=/root/.npm npm ci\n',
      {},
    ],
    [
      'artifact-lost-in-cache-mount',
      'FROM rust:1.90 AS b\nWORKDIR /app\nRUN --mount=type=cache,target=/app/target cargo build --release\nFROM debian:12\nCOPY --from=b /app/target/release/a /bin/\n',
      'FROM rust:1.90 AS b\nWORKDIR /app\nRUN --mount=type=cache,target=/app/target cargo build --release \\\n    && mkdir -p /out && cp -r /app/target/release/a /out/\nFROM debian:12\nCOPY --from=b /out/a /bin/\n',
      {},
    ],
    [
      'healthcheck-tool-missing',
      'FROM node:24-slim\nHEALTHCHECK --interval=5s CMD curl -fsS http://localhost:80/ok || exit 1\nCMD ["node"]\n',
      `FROM node:24-slim\nHEALTHCHECK --interval=5s CMD node -e "fetch('http://localhost:80/ok').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))" || exit 1\nCMD ["node"]\n`,
      {},
    ],
    [
      'copy-source-not-produced',
      'FROM golang:1.24 AS b\nWORKDIR /s\nCOPY . .\nRUN CGO_ENABLED=0 go build -o /out/server .\nFROM scratch\nCOPY --from=b /out/svc /svc\n',
      'FROM golang:1.24 AS b\nWORKDIR /s\nCOPY . .\nRUN CGO_ENABLED=0 go build -o /out/server .\nFROM scratch\nCOPY --from=b /out/server /svc\n',
      go,
    ],
    [
      'unstripped-binary',
      'FROM golang:1.24 AS b\nWORKDIR /s\nCOPY . .\nRUN go build -ldflags "-X main.v=1" -o /a .\nFROM debian:12\nCOPY --from=b /a /a\n',
      'FROM golang:1.24 AS b\nWORKDIR /s\nCOPY . .\nRUN go build -ldflags "-s -w -X main.v=1" -o /a .\nFROM debian:12\nCOPY --from=b /a /a\n',
      go,
    ],
    [
      'unstripped-binary',
      'FROM rust:1.90 AS b\nWORKDIR /s\nCOPY . .\nRUN cargo build --release\nFROM debian:12\nCOPY --from=b /s/target/release/a /a\n',
      'FROM rust:1.90 AS b\nWORKDIR /s\nCOPY . .\nRUN cargo build --release \\\n    && strip /s/target/release/a\nFROM debian:12\nCOPY --from=b /s/target/release/a /a\n',
      { 'Cargo.toml': '[package]\nname = "a"\nversion = "1.0.0"\n', 'src/main.rs': 'fn main() {}\n' },
    ],
    [
      'unlocked-dependencies',
      'FROM node:24\nWORKDIR /app\nCOPY package.json yarn.lock ./\nRUN yarn install --production\n',
      'FROM node:24\nWORKDIR /app\nCOPY package.json yarn.lock ./\nRUN yarn install --frozen-lockfile --production\n',
      { 'package.json': '{"dependencies":{"a":"1"}}', 'yarn.lock': '# yarn lockfile v1\n' },
    ],
    [
      'unlocked-dependencies',
      'FROM node:24\nWORKDIR /app\nCOPY package.json yarn.lock ./\nRUN yarn\n',
      'FROM node:24\nWORKDIR /app\nCOPY package.json yarn.lock ./\nRUN yarn --immutable\n',
      { 'package.json': '{"dependencies":{"a":"1"}}', 'yarn.lock': '__metadata:\n  version: 8\n' },
    ],
    [
      'context-copied-to-final',
      'FROM node:24\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci --omit=dev\n# the program\nCOPY --chown=node:node . .\nCMD ["node", "server.js"]\n',
      'FROM node:24\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci --omit=dev\n# the program\nCOPY --chown=node:node package-lock.json package.json server.js ./\nCOPY --chown=node:node src ./src\nCOPY --chown=node:node views ./views\nCMD ["node", "server.js"]\n',
      server,
    ],
    [
      'context-copied-to-final',
      'from python:3.13\r\nenv HOME_OF=/srv/app\r\ncopy ./ $HOME_OF/\r\ncmd ["python", "/srv/app/app.py"]',
      'from python:3.13\r\nenv HOME_OF=/srv/app\r\ncopy app.py requirements.txt $HOME_OF/\r\ncopy static $HOME_OF/static\r\ncmd ["python", "/srv/app/app.py"]',
      { ...python, 'static/a.css': 'x\n', 'static/__pycache__/a.pyc': 'x', '__pycache__/app.pyc': 'x' },
    ],
    [
      'context-copied-to-final',
      'FROM nginx:1.29 AS web\nCOPY . /\nFROM web\nEXPOSE 80\n',
      'FROM nginx:1.29 AS web\nCOPY etc /etc\nCOPY usr /usr\nFROM web\nEXPOSE 80\n',
      { 'etc/nginx/nginx.conf': 'x', 'usr/share/nginx/html/a.html': 'x', '.dockerignore': 'notes\n', 'notes/a': 'x' },
    ],
    [
      'context-copied-to-final',
      'FROM debian:12\nWORKDIR /app\nCOPY . .\n',
      'FROM debian:12\nWORKDIR /app\nCOPY package-lock.json package.json server.js ./\nCOPY src ./src\nCOPY views ./views\n',
      program,
    ],
    [
      'needs-shell-in-shellless',
      'FROM gcr.io/distroless/java21-debian12\nCOPY a.jar /a.jar\nENTRYPOINT java -jar "/a.jar"\n',
      'FROM gcr.io/distroless/java21-debian12\nCOPY a.jar /a.jar\nENTRYPOINT ["java", "-jar", "/a.jar"]\n',
      {},
    ],
    [
      'needs-shell-in-shellless',
      'FROM scratch\nCOPY svc /svc\ncmd exec /svc --port 80',
      'FROM scratch\nCOPY svc /svc\ncmd ["/svc", "--port", "80"]',
      {},
    ],
    [
      'needs-shell-in-shellless',
      'FROM scratch\r\nCOPY svc /svc\r\nHEALTHCHECK --interval=5s \\\r\n  CMD /svc check --quiet\r\nCMD ["/svc"]\r\n',
      'FROM scratch\r\nCOPY svc /svc\r\nHEALTHCHECK --interval=5s \\\r\n  CMD ["/svc", "check", "--quiet"]\r\nCMD ["/svc"]\r\n',
      {},
    ],
    [
      'needs-shell-in-shellless',
      'FROM scratch\nCOPY svc /svc\nHEALTHCHECK CMD /svc check \\\n    "a b" || exit 1\nCMD ["/svc"]\n',
      'FROM scratch\nCOPY svc /svc\nHEALTHCHECK CMD ["/svc", "check", "a b"]\nCMD ["/svc"]\n',
      {},
    ],
    [
      'needs-shell-in-shellless',
      'FROM gcr.io/distroless/nodejs22-debian12\nCOPY a.js /a.js\nCMD /a.js\n',
      'FROM gcr.io/distroless/nodejs22-debian12\nCOPY a.js /a.js\nCMD ["/a.js"]\n',
      {},
    ],
  ])('of %s makes of %j what is meant', (id, before, after, files) => {
    expect(repaired(id, before, files)).toEqual({ text: after, gone: true })
  })

  it.each<[string, string, string, Files]>([
    [
      'copy-before-install',
      'a package of the same repository is installed',
      'FROM node:24\nWORKDIR /app\nCOPY . .\nRUN npm ci\n',
      { ...node, 'package.json': '{"dependencies":{"a":"file:./lib"}}', 'lib/package.json': '{}', 'lib/a.js': 'x' },
    ],
    [
      'copy-before-install',
      'a step between the two needs the source',
      'FROM node:24\nWORKDIR /app\nCOPY . .\nRUN ./prepare.sh\nRUN npm ci\n',
      node,
    ],
    [
      'copy-before-install',
      'requirements name further files',
      'FROM python:3.13\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\n',
      { ...python, 'requirements.txt': '-r base.txt\nflask==3.0.0\n', 'base.txt': 'a==1\n' },
    ],
    ['root-user', 'nginx has to listen', 'FROM nginx:1.29\nCOPY a /usr/share/nginx/html/\n', {}],
    [
      'volatile-arg-early',
      'a step above the installation needs it',
      'FROM node:24\nARG GIT_SHA\nRUN echo $GIT_SHA > /v\nCOPY package*.json ./\nRUN npm ci\n',
      node,
    ],
    [
      'cache-mount-missing',
      'what is fetched is copied from there',
      'FROM golang:1.24 AS b\nWORKDIR /src\nCOPY go.mod go.sum ./\nRUN go mod download\nFROM golang:1.24\nCOPY --from=b /go/pkg/mod /go/pkg/mod\n',
      go,
    ],
    [
      'cache-mount-missing',
      'nobody knows what a script fetches',
      'FROM golang:1.24\nWORKDIR /src\nCOPY go.mod go.sum ./\nRUN go mod download\nCOPY . .\nRUN make\n',
      go,
    ],
    [
      'secret-in-arg',
      'a step writes it into a file',
      'FROM node:24\nARG NPM_TOKEN\nRUN echo "//r.test/:_authToken=$NPM_TOKEN" > .npmrc\n',
      {},
    ],
    [
      'secret-in-arg',
      'only the system installs something',
      'FROM node:24\nARG NPM_TOKEN\nRUN apt-get update && apt-get install -y jq\n',
      {},
    ],
    ...(
      [
        ['nobody may look at the names', 'COPY . .', {}],
        ['tests run later', 'COPY . .\nRUN npm test', program],
        ['a later step names what would be missing', 'COPY . .\nRUN cp .env /etc/env', program],
        ['a later step asks git', 'COPY . .\nRUN git rev-parse HEAD > /v', program],
        ['nothing installs the packages that lie there', 'COPY . .', { 'node_modules/a/a.js': 'x', 'a.js': 'x' }],
        ['ADD may unpack', 'ADD . .', program],
        ['the copy is linked', 'COPY --link . .', program],
        ['something is left out already', 'COPY --exclude=x . .', program],
        ['parents are kept', 'COPY --parents . .', program],
        ['a name means something to COPY', 'COPY . .', { 'a.js': 'x', '[id]/a.js': 'x' }],
        ['the destination may be empty', 'ARG TO\nCOPY . $TO', python],
        ['the ignore file has exceptions', 'COPY . .', { ...python, '.dockerignore': '*.md\n!NOTES.md\n' }],
        ['the program reads a document', 'COPY . .', { 'app.py': 'open("A.md")\n', 'A.md': 'x' }],
        ['there are too many files', 'COPY . .', numbered(13, (at) => `a${at}.js`)],
        ['there are too many directories', 'COPY . .', numbered(9, (at) => `a${at}/a.js`)],
        ['tests are all there is', 'COPY . .', { 'tests/a.js': 'x', 'README.md': 'x' }],
      ] as const
    ).map(([why, steps, files]): [string, string, string, Files] => [
      'context-copied-to-final',
      why,
      `FROM debian:12\nWORKDIR /app\n${steps}\n`,
      files,
    ]),
    [
      'context-copied-to-final',
      'a stage for tests goes on with it',
      'FROM node:24 AS base\nCOPY . .\nRUN npm ci\nFROM base AS test\nRUN npm test\nFROM base\nCMD ["node", "server.js"]\n',
      server,
    ],
    ...(
      [
        ['a variable is filled in', 'scratch', 'CMD /svc --port $PORT'],
        ['commands are joined', 'scratch', 'ENTRYPOINT /svc init && /svc'],
        ['a check decides what its failure means', 'scratch', 'HEALTHCHECK CMD /svc check || exit 0\nCMD ["/svc"]'],
        ['a word of the shell is used', 'scratch', 'CMD cd /data'],
        ['a shell is asked for', 'scratch', 'CMD ["sh", "-c", "/svc"]'],
        ['the build needs it', 'gcr.io/distroless/static-debian12', 'RUN /svc setup'],
        ['the image starts node itself', 'gcr.io/distroless/nodejs22-debian12', 'CMD node /a.js'],
      ] as const
    ).map(([why, base, last]): [string, string, string, Files] => [
      'needs-shell-in-shellless',
      why,
      `FROM ${base}\nCOPY svc /svc\n${last}\n`,
      {},
    ]),
  ])('of %s is not offered when %s', (id, _, dockerfile, files) => {
    expect(repaired(id, dockerfile, files)).toBeUndefined()
  })

  it('leaves the whole context where the listing was cut', () => {
    const rule = allPitfalls.find(({ id }) => id === 'context-copied-to-final')
    const facts = pitfallFacts('FROM python:3.13\nCOPY . /app\n', python)
    const { project } = facts
    if (project === undefined) throw new Error('there is no project')
    expect(rule?.find(facts)[0]?.fixes).toHaveLength(1)
    expect(rule?.find({ ...facts, project: { ...project, truncated: true } })[0]?.fixes).toEqual([])
  })

  it('that lets an image start which could not needs no proof, unless ENTRYPOINT takes the shell for arguments', () => {
    const rule = allPitfalls.find(({ id }) => id === 'needs-shell-in-shellless')
    const safety = (text: string) => rule?.find(pitfallFacts(text))[0]?.fixes?.[0]?.safety
    expect(safety('FROM scratch\nCMD /svc\n')).toBe('safe')
    expect(safety('FROM scratch\nENTRYPOINT ["/svc"]\nCMD serve\n')).toBe('proof')
  })
})
