#!/bin/sh
# /etc/dialogram/weekly-by-msmtp.sh: the weekly report by msmtp or sendmail, from cron or a timer. The message is made by dialogram, which
# looks whether the log is of this week; msmtp has the server and the password. Once for each week: the message that was sent is kept.
# The config beside it has [reports.weekly.mail] as for dialogram's own mail, and under [smtp] a host that is not used:
#   [smtp]
#   host = "localhost"
#   tls = "none"
set -eu
cd /etc/dialogram
dialogram run weekly --no-mail --quiet
dialogram run weekly --dry-run --quiet > /dev/null
for message in /srv/reports/weekly_*.eml; do
    [ -e "$message.sent" ] && continue
    # Or: /usr/sbin/sendmail -t -i < "$message"
    msmtp --read-envelope-from --read-recipients < "$message"
    touch "$message.sent"
done
