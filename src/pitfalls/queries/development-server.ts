import type { Facts } from '../facts.ts'
import { contextDirectoryOf, inDirectory } from './manifest-at.ts'

/** What the image starts is a server for development (`ng serve`, `vite`): it is its tools that are wanted there. */
export function startsDevelopmentServer(facts: Facts): boolean {
  const { cmd, entrypoint } = facts.final.end
  const words = [entrypoint, cmd].flatMap((step) => {
    const { argv = [], script } = step?.command ?? {}
    return argv.length > 0 ? argv : (script?.commands ?? []).flatMap(({ program, args }) => [program, ...args, ';'])
  })
  const text = words.join(' ')
  return servers.test(text) || servers.test(scriptOf(facts, text) ?? '')
}

const servers =
  /(?:^|[\s;&|/])(?:(?:ng|vue-cli-service|webpack|parcel) (?:s|serve|server)|vite(?: dev| serve)?(?= -| *[;&|]| *$)|webpack-dev-server|react-scripts start|(?:next|nuxt|nuxi|astro|remix) dev|nodemon|ts-node-dev|gatsby develop|nest start (?:--watch|-w)|node --watch)(?![\w-])/

/** The text of the script that `npm start`, `yarn dev` and their like run. */
function scriptOf(facts: Facts, text: string): string | undefined {
  const [, start, name] = /(?:^|\s)(?:npm|yarn|pnpm|bun)(?: (start)| (?:run(?:-script)? )?([\w:.-]+))/.exec(text) ?? []
  const script = start ?? name
  const { final } = facts
  const place = contextDirectoryOf(facts, final, { directory: final.end.cwd, kind: 'node' })
  return script === undefined ? undefined : inDirectory(facts.project?.node, place)?.scripts.get(script)
}
