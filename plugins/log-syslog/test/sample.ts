import type { SyslogSettings } from '../src/settings.js'

export const sample: SyslogSettings = {
  logs: 'access, detect, error, info',
  services: '',
  transport: 'tcp',
  host: '127.0.0.1',
  port: 514,
  path: '/dev/log',
  format: 'rfc5424',
  app_name: 'fsigk',
  host_name: 'gate.example',
  sd_id: 'fsigk@32473',
  max_message: 8192,
  access_facility: 'local0',
  access_severity: 'info',
  detect_facility: 'local1',
  detect_severity: 'warning',
  error_facility: 'local2',
  error_severity: 'err',
  info_facility: 'local3',
  info_severity: 'info',
}
