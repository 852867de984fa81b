# SPDX-License-Identifier: GPL-3.0-or-later
"""What makes Kamailio a presence server: PUBLISH and SUBSCRIBE (presence, presence_xml with watcher
information), lists (rls), and the documents they stand on (xcap_server: HTTP on the SIP port)."""

import shutil

_TEXT_TABLES = '/usr/share/kamailio/dbtext/kamailio'

MODULES = '''
loadmodule "db_text.so"
loadmodule "xhttp.so"
loadmodule "presence.so"
loadmodule "presence_xml.so"
loadmodule "pua.so"
loadmodule "rls.so"
loadmodule "xcap_server.so"

# A GET has no Content-Length.
tcp_accept_no_cl=yes

modparam("presence", "db_url", "sqlite:///{database}")
modparam("presence", "clean_period", 2)
modparam("presence_xml", "db_url", "sqlite:///{documents}")
modparam("presence_xml", "force_active", {force_active})
modparam("presence_xml", "integrated_xcap_server", 1)
modparam("xcap_server", "db_url", "sqlite:///{documents}")
modparam("xcap_server", "xcap_root", "/xcap-root/")
modparam("xcap_server", "buf_size", 262144)
# On SQLite rls crashes: that driver cannot tell how many rows changed.
modparam("pua", "db_url", "text://{text_database}")
modparam("rls", "db_url", "text://{text_database}")
modparam("rls", "xcap_db_url", "sqlite:///{documents}")
modparam("rls", "integrated_xcap_server", 1)
modparam("rls", "server_address", "sip:rls@127.0.0.1:{port}")
modparam("rls", "outbound_proxy", "sip:127.0.0.1:{port}")
modparam("rls", "to_presence_code", 10)
modparam("rls", "waitn_time", 1)
'''

IN_DIALOG = '''
    if (is_method("NOTIFY") && $rU == "rls") {{ rls_handle_notify(); t_release(); exit; }}
    if (is_method("SUBSCRIBE") && uri == myself) {{ route(SUBSCRIBE); }}
'''

OUT_OF_DIALOG = '''
  if (is_method("PUBLISH")) {{
    if ($rU != $fU) {{ sl_send_reply("403", "Not Yours"); exit; }}
    if (!t_newtran()) {{ sl_reply_error(); exit; }}
    handle_publish();
    t_release();
    exit;
  }}
  if (is_method("SUBSCRIBE")) {{ route(SUBSCRIBE); }}
'''

ROUTES = '''
route[SUBSCRIBE] {{
  if (!t_newtran()) {{ sl_reply_error(); exit; }}
  $var(code) = rls_handle_subscribe();
  if ($var(code) == 10) handle_subscribe();
  t_release();
  exit;
}}

event_route[xhttp:request] {{
  if (!($hu =~ "^/xcap-root/")) {{ xhttp_reply("404", "Not Found", "", ""); exit; }}
  if (!www_authorize("{domain}", "subscriber")) {{ www_challenge("{domain}", "1"); exit; }}
  $xcapuri(u=>data) = $hu;
  $var(uri) = $xcapuri(u=>xuid);
  if ($var(uri) != "sip:" + $au + "@{domain}") {{ xhttp_reply("403", "Forbidden", "", ""); exit; }}
  switch ($rm) {{
    case "PUT":
      xcaps_put("$var(uri)", "$hu", "$rb");
      route(CHANGED);
      break;
    case "GET":
      xcaps_get("$var(uri)", "$hu");
      break;
    case "DELETE":
      xcaps_del("$var(uri)", "$hu");
      route(CHANGED);
      break;
    default:
      xhttp_reply("405", "Method Not Allowed", "", "");
  }}
  exit;
}}

route[CHANGED] {{
  if ($xcapuri(u=>auid) =~ "pres-rules") {{
    pres_update_watchers("$var(uri)", "presence");
    pres_refresh_watchers("$var(uri)", "presence", 1);
  }} else {{
    rls_update_subs("$var(uri)", "presence");
  }}
}}
'''


def make_text_tables(folder):
    """The tables that cannot be in SQLite; returns their folder."""
    for table in ('version', 'pua', 'rls_presentity', 'rls_watchers'):
        shutil.copy(f'{_TEXT_TABLES}/{table}', folder)
    return folder
