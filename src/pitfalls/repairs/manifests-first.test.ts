import { describe, expect, it } from 'vitest'
import { pitfallFacts } from '../../../test/kit/pitfall-facts.ts'
import type { Fix } from '../../core/index.ts'
import { applyEdits } from '../../editing/index.ts'
import { copyBeforeInstall } from '../rules/copy-before-install.ts'

type Files = Readonly<Record<string, string>>

/** The first fix, and what is left to find when it is made. */
function repaired(
  dockerfile: string,
  files: Files,
): { readonly text: string | undefined; readonly left: number; readonly claims?: Fix['claims'] } {
  const found = copyBeforeInstall.find(pitfallFacts(dockerfile, files))
  expect(found.length, 'there is something to repair').toBe(1)
  const fix = found[0]?.fixes?.[0]
  if (fix === undefined) return { text: undefined, left: 1 }
  const text = applyEdits(dockerfile, fix.edits)
  return { text, left: copyBeforeInstall.find(pitfallFacts(text, files)).length, claims: fix.claims }
}

const toml = '[package]\nname = "a"\nversion = "1.0.0"\nedition = "2024"\n\n[dependencies]\nserde = "1"\n'
const crate: Files = { 'Cargo.toml': toml, 'Cargo.lock': 'version = 4\n', 'src/main.rs': 'fn main() {}\n' }
const php: Files = {
  'composer.json': '{"require":{"a/b":"1"},"autoload":{"psr-4":{"App\\\\":"src/"}}}',
  'composer.lock': '{}',
  'src/A.php': '<?php\n',
}
const csproj = '<Project Sdk="Microsoft.NET.Sdk"><ItemGroup><PackageReference Include="A" /></ItemGroup></Project>'
const dotnet: Files = { 'App.csproj': csproj, 'nuget.config': '<configuration />', 'Program.cs': 'return;\n' }

const rust = (build = 'cargo build --release'): string => `FROM rust:1.90\nWORKDIR /src\nCOPY . .\nRUN ${build}\n`
const composer = (run = 'composer install --no-dev -o'): string =>
  `FROM composer:2\nWORKDIR /app\nCOPY . .\nRUN ${run}\n`
const sdk = (run = 'dotnet publish -c Release -o /out'): string =>
  `FROM mcr.microsoft.com/dotnet/sdk:9.0\nWORKDIR /src\nCOPY . .\nRUN ${run}\n`
const copied = (manifests: string, first: string): readonly [string, string] => [
  'COPY . .\n',
  `COPY ${manifests} ./\nRUN ${first}\nCOPY . .\n`,
]

const parted: Fix['claims'] = ['same-files']

describe('the fix that copies manifests first', () => {
  it.each<[string, string, Files, string, Fix['claims']]>([
    [
      'a crate, with an empty program that does not stay',
      rust(),
      crate,
      rust().replace(
        ...copied('Cargo.toml Cargo.lock', 'mkdir src && touch src/main.rs && cargo fetch --locked && rm -r src'),
      ),
      parted,
    ],
    [
      'a library in a directory, and the toolchain it asks for',
      'FROM rust:1.90\nWORKDIR /src\nCOPY app .\nRUN --network=default cargo build\n',
      {
        'app/Cargo.toml': toml,
        'app/Cargo.lock': 'version = 4\n',
        'app/src/lib.rs': 'pub fn a() {}\n',
        'app/rust-toolchain.toml': '[toolchain]\n',
      },
      'FROM rust:1.90\nWORKDIR /src\nCOPY app/Cargo.toml app/Cargo.lock app/rust-toolchain.toml ./\nRUN --network=default mkdir src && touch src/lib.rs && cargo fetch --locked && rm -r src\nCOPY app .\nRUN --network=default cargo build\n',
      parted,
    ],
    [
      'a package of PHP, whose autoloader is written when the source is there',
      composer(),
      php,
      'FROM composer:2\nWORKDIR /app\nCOPY composer.json composer.lock ./\nRUN composer install --no-autoloader --no-dev -o\nCOPY . .\nRUN composer dump-autoload --no-dev --optimize\n',
      parted,
    ],
    [
      'the same before other commands of the RUN',
      composer('composer install -a && php bin/warm').toLowerCase().replaceAll('\n', '\r\n'),
      php,
      'from composer:2\r\nworkdir /app\r\ncopy composer.json composer.lock ./\r\nrun composer install --no-autoloader -a\r\ncopy . .\r\nrun composer dump-autoload --classmap-authoritative && php bin/warm\r\n',
      parted,
    ],
    [
      'an autoloader that is written by itself already',
      composer('composer install --no-autoloader\nRUN composer dump-autoload'),
      php,
      'FROM composer:2\nWORKDIR /app\nCOPY composer.json composer.lock ./\nRUN composer install --no-autoloader\nCOPY . .\nRUN composer dump-autoload\n',
      parted,
    ],
    [
      'a project of .NET with its settings, for the same platform',
      sdk('dotnet publish ./App.csproj -c Release -r linux-x64 -o /out'),
      dotnet,
      sdk('dotnet publish ./App.csproj -c Release -r linux-x64 -o /out').replace(
        ...copied('App.csproj nuget.config', 'dotnet restore ./App.csproj -r linux-x64'),
      ),
      parted,
    ],
    [
      'what is restored already',
      sdk('dotnet restore\nRUN dotnet publish --no-restore -o /out'),
      dotnet,
      'FROM mcr.microsoft.com/dotnet/sdk:9.0\nWORKDIR /src\nCOPY App.csproj nuget.config ./\nRUN dotnet restore\nCOPY . .\nRUN dotnet publish --no-restore -o /out\n',
      ['same-files', 'fewer-cache-misses'],
    ],
  ])('is made for %s', (_, before, files, text, claims) => {
    expect(repaired(before, files)).toEqual({ text, left: 0, claims })
  })

  const inToml = (more: string): Files => ({ ...crate, 'Cargo.toml': `${toml}${more}` })
  const inJson = (more: string): Files => ({ ...php, 'composer.json': `{"require":{"a/b":"1"},${more}}` })
  const below: Files = { ...crate, 'b/Cargo.toml': toml, 'b/Cargo.lock': 'version = 4\n', 'b/src/main.rs': 'x' }
  it.each<[string, string, Files]>([
    ['a workspace', rust(), inToml('[workspace]\nmembers = ["b"]\n')],
    ['a manifest above it', rust().replace('COPY . .', 'WORKDIR /src/b\nCOPY . /src'), below],
    ['a package of the same repository', rust(), inToml('b = { path = "../b" }\n')],
    ['a program at a place of its own', rust(), inToml('[[bin]]\nname = "b"\n')],
    ['a library of another name', rust(), inToml('[lib]\nname = "b"\n')],
    ['a lock file that is left out', rust(), { ...crate, '.dockerignore': 'Cargo.lock\n' }],
    ['settings of Cargo', rust(), { ...crate, '.cargo/config.toml': '[source]\n' }],
    ['a directory that may be there', rust().replace('COPY . .', 'COPY --from=x /a /src\nCOPY . .'), crate],
    ['another manifest', rust('cargo build --manifest-path=Cargo.toml'), crate],
    ['scripts', composer(), inJson('"scripts":{"post-install-cmd":"php a.php"}')],
    ['classes that are searched', composer(), inJson('"autoload":{"classmap":["src"]}')],
    ['files that are loaded', composer(), inJson('"autoload-dev":{"files":["a.php"]}')],
    ['plugins', composer(), inJson('"config":{"allow-plugins":{"a/b":true}}')],
    ['a package that lies in the repository', composer(), inJson('"repositories":[{"type": "path","url":"lib"}]')],
    ['a login', composer(), { ...php, 'auth.json': '{}' }],
    ['short options in one word', composer('composer install -no'), php],
    ['a reference to another project', sdk(), { ...dotnet, 'App.csproj': csproj.replace('Package', 'Project') }],
    ['a solution', sdk(), { ...dotnet, 'App.sln': 'x' }],
    ['two projects', sdk(), { ...dotnet, 'B.csproj': csproj }],
    ['a project somewhere else', sdk('dotnet publish src/B.csproj -o /out'), { ...dotnet, 'src/B.csproj': csproj }],
  ])('is not made for %s', (_, dockerfile, files) => {
    expect(repaired(dockerfile, files)).toEqual({ text: undefined, left: 1 })
  })
})
