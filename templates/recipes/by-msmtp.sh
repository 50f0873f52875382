#!/bin/sh
# @UNIT@-by-msmtp.sh: the report `@NAME@` by msmtp or sendmail, from cron or a timer. The message is made by dialogram, which looks
# whether the log reaches the window's end; msmtp has the server and the password. Once for each window: the message that was sent is kept.
# The config has [reports.@NAME@.mail] as for dialogram's own mail, and under [smtp] a host that is not used:
#   [smtp]
#   host = "localhost"
#   tls = "none"
set -eu
cd @FOLDER@
@RUN@ --no-mail --quiet
@RUN@ --dry-run --quiet > /dev/null
for message in @MESSAGES@; do
    [ -e "$message.sent" ] && continue
    # Or: /usr/sbin/sendmail -t -i < "$message"
    msmtp --read-envelope-from --read-recipients < "$message"
    touch "$message.sent"
done
