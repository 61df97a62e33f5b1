#!/usr/bin/env node
import module from 'node:module'

// Node 22 and newer keep compiled code between runs; Node 20 has no such function. It serves what is loaded after the call,
// therefore the program itself is behind an import().
const { enableCompileCache } = module as { readonly enableCompileCache?: () => unknown }
enableCompileCache?.()
await import('./start.ts')
