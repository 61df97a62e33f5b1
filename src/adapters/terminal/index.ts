export { openScreen, type Screen, type TerminalStream } from './screen.ts'
