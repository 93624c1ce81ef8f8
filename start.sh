# start.sh DIR FLAGS: prints pid
dir=$1; shift
/tmp/b-bench/pland --data-dir $dir --listen 127.0.0.1:0 --rate 0 --log-format json "$@" >$dir.log 2>&1 &
echo $! >$dir.pid
for i in $(seq 500); do [ -s $dir/url ] && break; sleep 0.01; done
