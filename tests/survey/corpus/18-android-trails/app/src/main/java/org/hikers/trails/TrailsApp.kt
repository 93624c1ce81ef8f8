package org.hikers.trails

import android.app.Application
import android.util.Log

class TrailsApp : Application() {
    override fun onCreate() {
        super.onCreate()
        Thread.setDefaultUncaughtExceptionHandler { thread, error -> Log.e("trails", "died in ${thread.name}", error) }
    }
}
