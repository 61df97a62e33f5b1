import { expect, test } from 'vitest'
import { dpkgExcludes, keptInSlim } from './slim-paths.ts'

test('a slim image has licences but no documentation, manual pages or translations', () => {
  const paths = [
    'usr/share/doc/dash',
    'usr/share/doc/dash/copyright',
    'usr/share/doc/dash/changelog.gz',
    'usr/share/man/man1/sh.1.gz',
    'usr/share/man/de/man1/sh.1.gz',
    'usr/share/locale/de/LC_MESSAGES/dash.mo',
    'usr/share/locale/locale.alias',
    'usr/share/manual/x',
    'usr/bin/man',
  ]
  expect(paths.filter(keptInSlim)).toEqual([
    'usr/share/doc/dash',
    'usr/share/doc/dash/copyright',
    'usr/share/locale/locale.alias',
    'usr/share/manual/x',
    'usr/bin/man',
  ])
})

test('a slim image keeps the directories of manual pages, into which update-alternatives links', () => {
  expect(['usr/share/man/man1', 'usr/share/man/man8', 'usr/share/man/de'].filter(keptInSlim)).toEqual([
    'usr/share/man/man1',
    'usr/share/man/man8',
  ])
})

test('packages that are installed later are kept as slim', () => {
  expect(dpkgExcludes).toContain('path-exclude=/usr/share/man/*\n')
  expect(dpkgExcludes).toContain('path-include=/usr/share/doc/*/copyright\n')
})
