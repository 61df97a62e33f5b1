# Makes the databases of this directory in debian:bookworm with the packages rpm, db5.3-util and python3; the results are in /out.
set -e
mkdir -p /w /out && cd /w
for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
cat > p$n.spec <<S
Name: sample-$n
Version: 1.$n
Release: 3.el9
$( [ $((n % 5)) = 0 ] && echo "Epoch: 2" )
Summary: A sample of no use
License: MIT and GPLv2+
Group: none
%description
$(i=0; while [ $i -lt $((n * 12)) ]; do echo "line $i of the description of this sample"; i=$((i+1)); done)
%files
S
mkdir -p top/BUILD; rpmbuild -bb --target $( [ $((n % 2)) = 0 ] && echo noarch || echo x86_64 ) --define "_topdir /w/top" p$n.spec >log 2>&1 || { cat log; exit 3; }
done
find top/RPMS -name '*.rpm' | sort > list
rpm --define "_db_backend sqlite" --dbpath /w/db-sqlite --initdb
rpm --define "_db_backend sqlite" --dbpath /w/db-sqlite -i --justdb --nodeps --noscripts --noplugins $(cat list)
# one removed again, so that there are free pages
rpm --define "_db_backend sqlite" --dbpath /w/db-sqlite -e --justdb --noplugins sample-7
rpm --define "_db_backend sqlite" --dbpath /w/db-sqlite -qa --qf '%{NAME}|%{EPOCH}|%{VERSION}|%{RELEASE}|%{ARCH}|%{LICENSE}|%{SOURCERPM}\n' | sort > /out/rpm-qa.txt
cp /w/db-sqlite/rpmdb.sqlite /out
python3 - > /w/dump.txt <<'P'
import sqlite3
print("VERSION=3\nformat=bytevalue\ntype=hash\ndb_pagesize=4096\nHEADER=END")
print(" 00000000\n 15000000")
for h,b in sqlite3.connect('/w/db-sqlite/rpmdb.sqlite').execute('select hnum,blob from Packages'):
    print(" "+h.to_bytes(4,'little').hex()); print(" "+b.hex())
print("DATA=END")
P
db5.3_load -f /w/dump.txt /out/Packages
# A change that stands in the write-ahead log alone, as long as the database is open.
cp -r /w/db-sqlite /w/db-wal
python3 - <<'P'
import sqlite3, shutil
c=sqlite3.connect('/w/db-wal/rpmdb.sqlite'); c.execute('pragma journal_mode=wal'); c.execute('pragma wal_autocheckpoint=0')
row=[h for h,b in c.execute('select hnum,blob from Packages') if b'sample-9\0' in b][0]
c.execute('delete from Packages where hnum=?',(row,)); c.commit()
shutil.copy('/w/db-wal/rpmdb.sqlite-wal','/out')
P
gzip -9n /out/Packages /out/rpmdb.sqlite /out/rpmdb.sqlite-wal
