/** Its defaults, to be changed by tests. */
export const clamavSettings = {
  servers: '',
  connections: 32,
  connect_timeout: 1,
  by_path: true,
  max_filesize: 26_214_400,
}

/** None that it needs. */
export const noFolders = { package: '/nonexistent', databases: '/nonexistent', logs: '/nonexistent' }
