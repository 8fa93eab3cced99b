from django.http import HttpResponse
from django.shortcuts import render


def home(request):
    return render(request, "home.html", {})


def healthz(request):
    return HttpResponse("ok")


def desk(request):
    return HttpResponse("")


def not_found(request, exception):
    return render(request, "404.html", status=404)


def went_wrong(request):
    return render(request, "500.html", status=500)
