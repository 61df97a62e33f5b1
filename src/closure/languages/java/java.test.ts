import { zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import type { MemoryFiles } from '../../../fileset/index.ts'
import { following, gapLines, glibcProgram } from '../testing/image-of.ts'
import { followJava } from './java.ts'

const java = 'opt/java/bin/java'

/** A class file as far as it is read: magic, version, constants. */
function classFile(release: number, constants = ''): Uint8Array {
  return Buffer.concat([Buffer.from([0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, release + 44]), Buffer.from(constants)])
}

function jar(manifest: string, entries: Readonly<Record<string, Uint8Array>>): Uint8Array {
  return zipSync({ 'META-INF/MANIFEST.MF': Buffer.from(`Manifest-Version: 1.0\r\n${manifest}\r\n`), ...entries })
}

function run(files: MemoryFiles, command: string, modules = 'java.base java.logging', env: readonly string[] = []) {
  const release = `JAVA_VERSION="17.0.9"\nMODULES="${modules}"\n`
  return following(
    followJava,
    { [java]: glibcProgram, 'opt/java/release': release, ...files },
    { path: java, env },
  )(command)
}

describe('programs of Java', () => {
  const app = { 'app/app.jar': jar('Main-Class: com.acme.App', { 'com/acme/App.class': classFile(17) }) }
  const boot = {
    'app/app.jar': jar('Main-Class: org.boot.Launcher\r\nStart-Class: com.acme.App', {
      'org/boot/Launcher.class': classFile(8),
      'BOOT-INF/classes/com/acme/App.class': classFile(21),
    }),
  }
  const parts = { 'app/lib/a.jar': jar('', { 'com/acme/App.class': classFile(11) }) }
  const cases: readonly (readonly [string, string, MemoryFiles, readonly string[]])[] = [
    ['a jar', 'java -Xmx1g -jar app.jar', app, []],
    ['a jar that is gone', 'java -jar target/app.jar', app, ['error module /app/target/app.jar']],
    ['a jar without a main class', 'java -jar app.jar', { 'app/app.jar': jar('', {}) }, ['error module Main-Class']],
    [
      'a jar without the class it names',
      'java -jar app.jar',
      { 'app/app.jar': jar('Main-Class: A', {}) },
      ['error module A'],
    ],
    ['a jar for a younger Java', 'java -jar app.jar', boot, ['error runtime-version Java 21']],
    ['jars of a directory', 'java -cp lib/* com.acme.App', parts, []],
    [
      'a class path of manifest',
      'java -jar x.jar',
      { ...app, 'app/x.jar': jar('Main-Class: com.acme.App\r\nClass-Path: app.jar', {}) },
      [],
    ],
    ['classes in a directory', 'java -cp classes A', { 'app/classes/A.class': classFile(17) }, []],
    ['a class path that is gone', 'java -cp lib/* com.acme.App', {}, ['error module com.acme.App']],
  ]
  it.each(cases)('are followed from %s', (_, command, files, gaps) => {
    expect(gapLines(run(files, command))).toEqual(gaps)
  })

  it('are told which modules jlink left out', () => {
    const uses = 'java/sql/Connection javax/net/ssl/SSLContext'
    const files = {
      'app/app.jar': jar('Main-Class: com.acme.App', {
        'com/acme/App.class': classFile(17),
        'com/acme/Db.class': classFile(17, uses),
      }),
    }
    expect(gapLines(run(files, 'java -jar app.jar'))).toEqual(['error module java.sql', 'info module jdk.crypto.ec'])
    expect(gapLines(run(files, 'java -jar app.jar', 'java.base java.sql jdk.crypto.ec'))).toEqual([])
  })

  it('may have their class path in the environment', () => {
    expect(gapLines(run(parts, 'java com.acme.App', 'java.base', ['CLASSPATH=/app/lib/a.jar']))).toEqual([])
  })
})
