import { defineErrors } from '@fsigk/plugin-api'

/** Their sentences are the guide's (9.1.3): they stand in error.log. */
export const catalogue = {
  FSIGK_NOTIFY_NO_SERVER: () => 'notify_admin: common.admin_mx_host is empty',
  FSIGK_NOTIFY_HOST: (host: string, problem: string) =>
    `notify_admin:gethostbyname error:admin_mx_host=[${host}] hstrerror=[${problem}]`,
  FSIGK_NOTIFY_CONNECT: (host: string, port: number, problem: string) =>
    `notify_admin:cannot connect to admin mail server[${host}:${port}] /${problem}`,
  FSIGK_NOTIFY_SMTP: (command: string, reply: string) => `notify_admin:smtp error:[${command}]: buf=[${reply}]`,
} as const

export const fail = defineErrors(catalogue)
