import { describe, expect, test } from 'vitest'
import { projectOf } from '../../../test/kit/project-of.ts'

describe('a compose file', () => {
  test('is read with what its services are made of', () => {
    const text =
      'services:\n  web:\n    build:\n      context: ./web\n      dockerfile: D\n      target: debug\n      args:\n        TOKEN: ${TOKEN}\n        EMPTY:\n    user: "1000"\n    command: [npm, start]\n    healthcheck:\n      test: curl localhost\n  db:\n    image: postgres:17\n    healthcheck:\n      disable: true\n  job:\n    build: .\n'
    const [file] = projectOf({ 'compose.yaml': text }).composeFiles
    const at = (span: { start: number; end: number } | undefined) => text.slice(span?.start, span?.end)
    expect(file?.production).toBe(false)
    expect(
      file?.services.map(({ name, image, user, command, hasHealthcheck }) => [
        name,
        image,
        user,
        command,
        hasHealthcheck,
      ]),
    ).toEqual([
      ['web', undefined, '1000', 'npm start', true],
      ['db', 'postgres:17', undefined, undefined, false],
      ['job', undefined, undefined, undefined, false],
    ])
    const build = file?.services[0]?.build
    expect(build).toMatchObject({
      context: './web',
      dockerfile: 'D',
      target: 'debug',
      args: [{ name: 'TOKEN', value: '${TOKEN}' }, { name: 'EMPTY' }],
    })
    expect([at(build?.targetSpan), at(build?.args[0]?.span)]).toEqual(['debug', 'TOKEN: ${TOKEN}'])
    expect(file?.services[2]?.build).toEqual({ context: '.', args: [] })
  })

  test('has arguments in a list, too', () => {
    const text = 'services:\n  a:\n    build:\n      args:\n        - A=1\n        - B\n'
    expect(
      projectOf({ 'docker-compose.yml': text }).composeFiles[0]?.services[0]?.build?.args.map(({ name, value }) => [
        name,
        value,
      ]),
    ).toEqual([
      ['A', '1'],
      ['B', undefined],
    ])
  })

  test.each([
    ['compose.prod.yaml', '', true],
    ['docker-compose.production.yml', '', true],
    ['docker-compose-prod.yml', '', true],
    ['compose.override.yaml', '', false],
    ['compose.yaml', '    profiles: [prod]\n', true],
    ['compose.yaml', '    profiles: [dev]\n', false],
  ])('%s with %j is for production: %s', (path, more, production) => {
    expect(
      projectOf({ [path]: `services:\n  a:\n    image: x\n${more}` }).composeFiles.map((file) => file.production),
    ).toEqual([production])
  })

  test.each(['services: [', 'services: x', 'a: 1', ''])('is left out when it is none: %j', (text) => {
    expect(projectOf({ 'compose.yaml': text }).composeFiles).toEqual([])
  })
})
