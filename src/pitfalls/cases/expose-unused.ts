import type { PitfallCase } from './pitfall-case.ts'

/** EXPOSE and start commands that name other ports. */
export const cases: readonly PitfallCase[] = [
  {
    title: 'finds another port',
    dockerfile: 'FROM python:3.13-slim\nEXPOSE 5000\nCMD ["uvicorn", "app:app", "--port", "8000"]\n',
    finds: [2],
    says: 'EXPOSE names 5000, and `--port 8000` (line 3) serves 8000',
  },
  {
    title: 'finds it with gunicorn',
    dockerfile: 'FROM python:3.13-slim\nEXPOSE 80/tcp\nCMD gunicorn --bind=0.0.0.0:8000 app:app\n',
    finds: [2],
  },
  {
    title: 'finds each EXPOSE, with variables',
    dockerfile:
      'FROM node:24-slim\nENV P=4000\nEXPOSE 3000 3001\nEXPOSE $P\nENTRYPOINT ["npx", "next", "start", "-p", "8080"]\n',
    finds: [3, 4],
    says: '3000 and 3001',
  },
  {
    title: 'finds it with Spring, and through a stage',
    dockerfile:
      'FROM eclipse-temurin:21-jre AS base\nEXPOSE 8080\nFROM base\nCMD ["java", "-Dserver.port=9090", "-jar", "a.jar"]\n',
    finds: [2],
  },
  {
    title: 'is content with the same port',
    dockerfile: 'FROM python:3.13-slim\nEXPOSE 8000\nCMD ["uvicorn", "a:a", "--port", "8000"]\n',
  },
  {
    title: 'is content with one more, which may be for metrics',
    dockerfile: 'FROM node:24-slim\nEXPOSE 8000 9090\nCMD serve --port 8000\n',
  },
  { title: 'is content with a range', dockerfile: 'FROM node:24-slim\nEXPOSE 8000-8010\nCMD serve --port 8005\n' },
  {
    title: 'says nothing when the command names none',
    dockerfile: 'FROM node:24-slim\nEXPOSE 3000\nCMD ["node", "server.js"]\n',
  },
  {
    title: 'says nothing about variables that it does not know',
    dockerfile: 'FROM node:24-slim\nARG P\nEXPOSE $P\nCMD serve --port 8000\n',
  },
  {
    title: 'says nothing about a port that a variable decides',
    dockerfile: 'FROM node:24-slim\nEXPOSE 3000\nCMD serve --port $PORT\n',
  },
  {
    title: 'says nothing about ports of others',
    dockerfile: 'FROM debian:13-slim\nEXPOSE 8080\nCMD wait-for --port 5432 && ./server\n',
  },
]
