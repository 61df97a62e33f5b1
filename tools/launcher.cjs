'use strict'
// Starts a bundled program from V8's code cache; bench/RESULTS.md says what that saves. Node 20 has no cache of its own. V8 knows
// its source by length alone, so the name of the cache holds the hash of the source, and one command's cache is no other's: it
// has the functions that the command called. Its help calls hardly any of them.
const fs = require('node:fs')
const { createRequire, wrap } = require('node:module')
const path = require('node:path')
const { Script } = require('node:vm')

const [command = ''] = process.argv.slice(2)
// What an image tells, only the program with all commands can ask.
const whole = / --(?:image|level[ =](?:image|build|run))\b/.test(process.argv.join(' '))
const name = (whole ? undefined : new Map('@COMMANDS@').get(command)) ?? '@NAME@'
let kept = false
const file = path.join(__dirname, 'programs', name)
const label = process.argv.includes('--help') ? 'help' : /^[a-z]{1,12}$/.test(command) ? command : 'any'
const cache = `${file.slice(0, -3)}-${label}-${process.version}-${process.arch}.cache`

const cachedData = contentOf(cache)
// The bundler writes ASCII alone; a string of one byte each is made without decoding.
const script = new Script(wrap(fs.readFileSync(file, 'latin1')), { filename: file, cachedData })
if (cachedData === undefined || script.cachedDataRejected === true) {
  // A check that has found something ends with 1.
  process.once('exit', (code) => code <= 1 && keep())
  // Workers are stopped, not left to end.
  setTimeout(keep, 1500).unref()
}
script.runInThisContext()({}, createRequire(file), { exports: {} }, file, path.dirname(file))

function contentOf(place) {
  try {
    return fs.readFileSync(place)
  } catch {
    return undefined
  }
}

/** Programs that belong to somebody else are not written beside: they start without a cache. */
function keep() {
  if (kept) return
  kept = true
  const draft = `${cache}.${process.pid}.tmp`
  try {
    fs.writeFileSync(draft, script.createCachedData(), { flag: 'wx' })
    fs.renameSync(draft, cache)
  } catch {}
}
