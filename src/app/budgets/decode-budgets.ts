import type { Budgets, Limits } from '../../analysis/index.ts'
import type { BudgetsText } from './budgets-schema.ts'

/** Settings that the schema has accepted, with numbers for sizes and shares. */
export function decodeBudgets({ warn = {}, reference, ...fail }: BudgetsText): Budgets {
  return {
    fail: decodeLimits(fail),
    warn: decodeLimits(warn),
    ...(reference === undefined ? {} : { reference }),
  }
}

type LimitsText = Omit<BudgetsText, 'warn' | 'reference'>

function decodeLimits({ disk, transfer, wasted, growth, ...others }: LimitsText): Limits {
  const defined = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined)) as Limits
  return {
    ...defined,
    ...(disk === undefined ? {} : { disk: bytesOf(disk) }),
    ...(transfer === undefined ? {} : { transfer: bytesOf(transfer) }),
    ...(wasted === undefined ? {} : { wasted: bytesOf(wasted) }),
    ...(growth === undefined
      ? {}
      : {
          growth: {
            disk: percentOf(growth.disk),
            transfer: percentOf(growth.transfer),
            packages: percentOf(growth.packages),
          },
        }),
  }
}

/** Docker's and the registries' sizes are decimal; `MiB` and its like are powers of 1024. */
function bytesOf(text: string): number {
  const [, digits = '', prefix = '', binary = ''] = /^([\d.]+) ?([kmgt]?)(i?)b$/i.exec(text) ?? []
  const power = ['', 'k', 'm', 'g', 't'].indexOf(prefix.toLowerCase())
  return Math.floor(Number(digits) * (binary === '' ? 1000 : 1024) ** power)
}

function percentOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text.replace(/[+% ]/g, ''))
}
