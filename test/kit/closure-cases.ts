import { cargoBase, mavenBase, pythonBase, type TestBase } from './bases.ts'
import type { TreeSpec } from './file-tree.ts'

/** An image that cannot start, and the same mended: a Dockerfile with the stages `bad` and `good`. */
export interface ClosureCase {
  readonly id: string
  readonly bases: readonly TestBase[]
  readonly files: TreeSpec
  /** With the stages `bad` and `good`. */
  readonly dockerfile: string
  /** What the build of `bad` warns of. */
  readonly gap: RegExp
  readonly hint: string
  /** The line of `bad` that it blames. */
  readonly line: string
  /** What the program of `bad` says instead of starting. */
  readonly fails: RegExp
  readonly prints: string
}

const machine = process.arch === 'arm64' ? 'aarch64' : 'x86_64'
const musl = `libc.musl-${machine}.so.1`
const nodeBase = 'node:20-slim'
const distrolessNode = 'gcr.io/distroless/nodejs20-debian12'

/** An addon for Node that says what a library says; the functions of Node are declared by hand. */
const addon: TreeSpec = {
  'addon.c': `#include <stddef.h>
int napi_create_string_utf8(void *, const char *, size_t, void **);
const char *greet(void);
void *napi_register_module_v1(void *env, void *exports) {
  void *text = NULL;
  napi_create_string_utf8(env, greet(), 5, &text);
  return text;
}
`,
  'greet.c': 'const char *greet(void) { return "hello"; }\n',
  'newer.map': 'GLIBC_2.99 { global: greet; };\n',
  'package.json': '{"name":"app","version":"1.0.0","dependencies":{"native":"1.0.0"}}',
  'native/package.json': '{"name":"native","version":"1.0.0","main":"index.js"}',
  'native/index.js': "module.exports = require('./build/Release/native.node')\n",
  'server.js': "console.log(require('native'))\n",
}

const compileAddon = `FROM ${cargoBase.name} AS build
WORKDIR /src
COPY . .
RUN mkdir -p good bad \\
 && gcc -shared -fPIC -o good/native.node addon.c greet.c \\
 && gcc -shared -fPIC -nostdlib`

const serve = `WORKDIR /app
COPY package.json server.js ./
COPY native node_modules/native`

const pair = (from: string, rest: (variant: 'bad' | 'good') => string): string =>
  (['bad', 'good'] as const).map((variant) => `FROM ${from} AS ${variant}\n${rest(variant)}\n`).join('\n')

/** A module for Python in C without Python's headers: the fields of a PyModuleDef, written out. */
const extension: TreeSpec = {
  'ext.c': `#include <stddef.h>
static struct { size_t count; void *type, *init; size_t index; void *copy; const char *name, *doc; ptrdiff_t size; void *rest[5]; }
  module = { 1, 0, 0, 0, 0, "_psycopg", 0, -1, { 0 } };
void *PyModule_Create2(void *, int);
int PQlibVersion(void);
void *PyInit__psycopg(void) { return PQlibVersion() ? PyModule_Create2(&module, 1013) : 0; }
`,
  'pq.c': 'int PQlibVersion(void) { return 150000; }\n',
  'psycopg2/__init__.py': 'from psycopg2._psycopg import __name__ as driver\n',
  'app.py': 'import psycopg2\nprint("hello")\n',
}

const python = 'python3.11'
/** What Debian's Python calls the modules that it loads. */
export const abi = `cpython-311-${machine}-linux-gnu`
/** Where Debian's Python finds packages. */
export const packages = `/usr/local/lib/${python}/dist-packages`

const jlink = (modules: string): string =>
  `jlink --add-modules ${modules} --strip-java-debug-attributes --no-man-pages --no-header-files --output`

function javaCase(id: string, { module, main }: { readonly module: string; readonly main: string }): ClosureCase {
  return {
    id,
    bases: [mavenBase, 'debian:bookworm-slim'],
    files: { 'App.java': `class App { public static void main(String[] a) throws Exception { ${main} } }\n` },
    dockerfile: `FROM ${mavenBase.name} AS build
WORKDIR /src
COPY App.java .
RUN javac -d classes App.java && jar cfe app.jar App -C classes .
RUN ${jlink('java.base,java.logging')} bad && ${jlink(`java.base,java.logging,${module}`)} good

${pair(
  'debian:bookworm-slim',
  (variant) => `COPY --from=build /src/${variant} /jre
COPY --from=build /src/app.jar /app.jar
CMD ["/jre/bin/java", "-jar", "/app.jar"]`,
)}`,
    gap: new RegExp(`MissingModule: App\\.class in /app\\.jar uses the module ${module.replace('.', '\\.')}`),
    hint: `add ${module} to --add-modules of jlink`,
    line: 'COPY --from=build /src/app.jar',
    fails: /NoClassDefFoundError/,
    prints: 'hello\n',
  }
}

/** What a package manager would install is written by hand. */
export const closureCases: readonly ClosureCase[] = [
  {
    id: 'D14 (an addon made with a newer glibc)',
    bases: [cargoBase, nodeBase],
    files: addon,
    dockerfile: `${compileAddon} -Wl,-soname,libc.so.6 -Wl,--version-script=newer.map -o libc.so.6 greet.c \\
 && gcc -shared -fPIC -o bad/native.node addon.c ./libc.so.6

${pair(
  nodeBase,
  (variant) => `${serve}
COPY --from=build /src/${variant}/native.node node_modules/native/build/Release/
CMD ["node", "server.js"]`,
)}`,
    gap: /MissingSymbolVersion: .*native\.node needs GLIBC_2\.99; libc\.so\.6 of Debian 12 has up to GLIBC_2\.36/,
    hint: 'Debian 12',
    line: 'COPY --from=build',
    fails: /GLIBC_2\.99/,
    prints: 'hello\n',
  },
  {
    id: 'A2 (an addon made on Alpine)',
    bases: [cargoBase, nodeBase],
    files: addon,
    dockerfile: `${compileAddon} -Wl,-soname,${musl} -o ${musl} greet.c \\
 && gcc -shared -fPIC -nostdlib -o bad/native.node addon.c ./${musl}

${pair(
  nodeBase,
  (variant) => `${serve}
COPY --from=build /src/${variant}/native.node node_modules/native/build/Release/
CMD ["node", "server.js"]`,
)}`,
    gap: /OtherLibc: .*native\.node/,
    hint: 'musl',
    line: 'COPY --from=build',
    fails: /libc\.musl-\w+\.so\.1/,
    prints: 'hello\n',
  },
  {
    id: 'D37 (no package.json beside ES modules)',
    bases: [nodeBase],
    files: {
      'package.json': '{"type":"module"}',
      'dist/app.js': 'import path from "node:path"\nconsole.log(path.sep)\n',
    },
    dockerfile: `FROM ${nodeBase} AS base
WORKDIR /app
# As Node does before 20.19.
ENV NODE_OPTIONS=--no-experimental-detect-module
COPY dist dist

FROM base AS bad
CMD ["node", "dist/app.js"]

FROM base AS good
COPY package.json .
CMD ["node", "dist/app.js"]
`,
    gap: /MissingModule: .*\/app\/dist\/app\.js/,
    hint: 'package.json',
    line: 'COPY dist dist',
    fails: /SyntaxError/,
    prints: '/\n',
  },
  {
    id: 'D51 (no node_modules in the runtime)',
    bases: [distrolessNode],
    files: {
      'package.json': '{"name":"app","version":"1.0.0","dependencies":{"tiny":"1.0.0"}}',
      'node_modules/tiny/index.js': 'module.exports = "tiny"\n',
      'dist/app.js': 'console.log(require("tiny"))\n',
    },
    dockerfile: `FROM ${distrolessNode} AS base
WORKDIR /app
COPY package.json .
COPY dist dist
USER nonroot
CMD ["dist/app.js"]

FROM base AS bad

FROM base AS good
COPY node_modules node_modules
`,
    gap: /MissingModule: \/app\/dist\/app\.js needs the module tiny/,
    hint: 'copy node_modules from the stage that installs it',
    line: 'COPY dist dist',
    fails: /Cannot find module 'tiny'/,
    prints: 'tiny\n',
  },
  {
    id: 'D20, A6 (libpq at build time only)',
    bases: [cargoBase, pythonBase],
    files: extension,
    dockerfile: `FROM ${cargoBase.name} AS build
WORKDIR /src
COPY . .
RUN gcc -shared -fPIC -Wl,-soname,libpq.so.5 -o libpq.so.5 pq.c \\
 && gcc -shared -fPIC -o psycopg2/_psycopg.${abi}.so ext.c ./libpq.so.5

FROM ${pythonBase.name} AS bad
COPY --from=build /src/psycopg2 ${packages}/psycopg2
COPY app.py /app/
CMD ["python3", "/app/app.py"]

FROM bad AS good
COPY --from=build /src/libpq.so.5 /usr/lib/
`,
    gap: /MissingLibrary: \/usr\/local\/lib\/python3\.11\/dist-packages\/psycopg2\/_psycopg\.cpython-311-\w+-linux-gnu\.so, which \/usr\/bin\/python3\.11 loads, needs libpq\.so\.5/,
    hint: 'libpq5',
    line: 'COPY --from=build /src/psycopg2',
    fails: /libpq\.so\.5: cannot open shared object file/,
    prints: 'hello\n',
  },
  {
    id: 'D41 (packages in the home of root)',
    bases: [pythonBase],
    files: { 'six.py': 'name = "six"\n', 'app.py': 'import six\nprint(six.name)\n' },
    dockerfile: `FROM ${pythonBase.name} AS base
RUN useradd --create-home app
COPY app.py /app/
WORKDIR /app
ENV PATH=/root/.local/bin:$PATH
CMD ["python3", "app.py"]

FROM base AS bad
COPY six.py /root/.local/lib/${python}/site-packages/
USER app

FROM base AS good
COPY six.py ${packages}/
USER app
`,
    gap: /MissingModule: \/app\/app\.py imports six/,
    hint: '/root/.local',
    line: 'COPY app.py /app/',
    fails: /No module named 'six'/,
    prints: 'six\n',
  },
  {
    id: 'D49 (a program of another stage that is not copied)',
    bases: [pythonBase],
    files: { 'serve.py': 'print("hello")\n' },
    dockerfile: `FROM bb AS bad
COPY serve.py /app/backend/
CMD ["python3", "/app/backend/serve.py"]

FROM ${pythonBase.name} AS good
COPY serve.py /app/backend/
CMD ["python3", "/app/backend/serve.py"]
`,
    gap: /MissingProgram: CMD starts python3/,
    hint: '',
    line: 'CMD ["python3"',
    fails: /python3/,
    prints: 'hello\n',
  },
  {
    id: 'D42 (Rust without a loader)',
    bases: [cargoBase],
    files: { 'main.rs': 'fn main() { println!("hello"); }\n' },
    dockerfile: `FROM ${cargoBase.name} AS build
WORKDIR /src
COPY main.rs .
RUN mkdir bad good && rustc -o bad/myapp main.rs && rustc -C target-feature=+crt-static -o good/myapp main.rs

${pair('scratch', (variant) => `COPY --from=build /src/${variant}/myapp /myapp\nCMD ["/myapp"]`)}`,
    gap: /MissingInterpreter: \/myapp is linked dynamically/,
    hint: 'static',
    line: 'COPY --from=build',
    fails: /myapp/,
    prints: 'hello\n',
  },
  {
    id: 'A5 (Go with cgo)',
    bases: ['golang:1.19-bookworm'],
    files: {
      'go.mod': 'module example.com/app\n\ngo 1.19\n',
      'main.go': `package main

// #include <stdlib.h>
// static int answer(void) { return abs(-42); }
import "C"
import "fmt"

func main() { fmt.Println("hello", C.answer()) }
`,
    },
    dockerfile: `FROM golang:1.19-bookworm AS build
WORKDIR /src
COPY . .
RUN mkdir bad good && export CGO_ENABLED=1 && go build -o bad/app . \\
 && go build -ldflags '-linkmode external -extldflags -static' -o good/app .

${pair('scratch', (variant) => `COPY --from=build /src/${variant}/app /app\nCMD ["/app"]`)}`,
    gap: /MissingInterpreter: \/app is linked dynamically/,
    hint: 'static',
    line: 'COPY --from=build',
    fails: /\/app/,
    prints: 'hello 42\n',
  },
  {
    id: 'A12 (a library of its own)',
    bases: [cargoBase, 'debian:bookworm-slim'],
    files: {
      'core.c': '#include <stdio.h>\nint core(void) { return puts("hello"); }\n',
      'app.c':
        '#include <dlfcn.h>\nint core(void);\nint main(void) { dlopen("/opt/plugin.so", RTLD_NOW); return core() < 0; }\n',
    },
    dockerfile: `FROM ${cargoBase.name} AS build
WORKDIR /src
COPY . .
RUN mkdir lib && gcc -shared -fPIC -Wl,-soname,libcore.so.1 -o lib/libcore.so.1 core.c \\
 && gcc -o app app.c lib/libcore.so.1 -Wl,-rpath,'$ORIGIN/../lib'

FROM debian:bookworm-slim AS bad
COPY --from=build /src/app /opt/app/bin/app
CMD ["/opt/app/bin/app"]

FROM bad AS good
COPY --from=build /src/lib /opt/app/lib
`,
    gap: /MissingLibrary: \/opt\/app\/bin\/app needs libcore\.so\.1/,
    hint: 'libcore.so.1',
    line: 'COPY --from=build /src/app',
    fails: /libcore\.so\.1/,
    prints: 'hello\n',
  },
  javaCase('D40 (a runtime without java.sql)', {
    module: 'java.sql',
    main: 'new java.sql.Timestamp(0); System.out.println("hello");',
  }),
  javaCase('A9 (a runtime without jdk.httpserver)', {
    module: 'jdk.httpserver',
    main: 'com.sun.net.httpserver.HttpServer.create().stop(0); System.out.println("hello");',
  }),
]
